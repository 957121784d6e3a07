// Not among the contracts, which all run in one process: it would be the longest of them.

import { describe } from "vitest";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import { hidContract } from "./hid-contract.ts";

const { usb } = smartProfileOf("nitrokey-pro");

describe("hid, Nitrokey Pro, on a Linux kernel", () => {
  hidContract(
    "hid by hidraw",
    {
      profile: "nitrokey-pro",
      protocol: "nitrokey",
      usb: { ...usb, vendorId: 0x1209, productId: 0x0005 },
      reportBytes: 64,
    },
    { display: false, nameBytes: 15 },
  );
});
