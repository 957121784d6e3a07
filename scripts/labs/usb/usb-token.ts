// Emulated tokens of this process on the guest's own USB, through a USB/IP server on its loopback.

import type { UsbIdentity } from "../../../firmware-sim/applets/smart-profile.ts";
import { type LabToken, type LabTokenOptions, plugIn } from "../testing/lab-token.ts";
import { attachToKernel, folderOf, untilGone } from "./kernel.ts";

/** Numbers that no driver of the system knows (pid.codes, for tests): pcscd leaves them alone. */
export const TEST_IDS = { vendorId: 0x1209, productId: 0x0001 } as const;

/** Plugs a token in: resolves when the kernel has it. */
export async function plugIntoKernel(
  options: Omit<LabTokenOptions, "kind" | "noticed" | "usb"> & { readonly usb: UsbIdentity },
): Promise<LabToken> {
  let address = "";
  const noticed = async (isPlugged: boolean): Promise<void> => {
    if (!isPlugged) await untilGone(options.usb);
    else if (folderOf(options.usb) === undefined) await attachToKernel(address, options.usb);
  };
  const lab = await plugIn({
    ...options,
    kind: "usbip",
    port: 0,
    noticed,
    onAttached: (attachment) => {
      address = attachment.address;
    },
  });
  return lab;
}
