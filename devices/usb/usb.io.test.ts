import { openUsbSubject } from "../rigs/card-subject.ts";
import { deviceContract } from "../testing/contract.ts";

deviceContract("usb:emulated", () => openUsbSubject("usb:emulated", "yubikey5", {}), {
  display: false,
});
