import { describe } from "vitest";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import { hidContract } from "./hid-contract.ts";

const { usb } = smartProfileOf("yubikey5");

describe("hid, OTP slots, on a Linux kernel", () => {
  hidContract(
    "hid by hidraw",
    {
      profile: "yubikey5",
      protocol: "otp-slots",
      // Without a card, with numbers of its own: other tests plug in a YubiKey meanwhile.
      usb: { ...usb, vendorId: 0x1209, productId: 0x0004, functions: ["otp-keyboard"] },
      reportBytes: 8,
    },
    { display: false },
  );
});
