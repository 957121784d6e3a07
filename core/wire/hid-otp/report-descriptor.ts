// The HID report descriptor of the YubiKey OTP interface (HID document, A1).

/**
 * A boot keyboard with a LED output report and, inside the same collection, an 8-byte feature
 * report without an id. 71 bytes; the exact bytes of real devices are unverified, what hosts need
 * is the feature item.
 */
export const OTP_REPORT_DESCRIPTOR: Uint8Array = new Uint8Array(
  Buffer.from(
    "05010906A101050719E029E71500250175019508810295017508810195057501050819012905910295017503" +
      "910195067508150025650507190029658100090375089508B102C0",
    "hex",
  ),
);
