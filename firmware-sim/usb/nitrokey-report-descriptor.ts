// The HID report descriptor of a Nitrokey Pro as hosts need it (HID document, B1): vendor usage
// page FF00, input, output and feature reports of 64 bytes, no report id. The exact bytes of real
// devices are unverified.

/** 32 bytes. */
export const NITROKEY_REPORT_DESCRIPTOR: Uint8Array = new Uint8Array(
  Buffer.from("0600FF0901A101150026FF0075089540" + "0901810209019102" + "0901B102C0", "hex"),
);
