// The reader of scripts/labs/pcsc.sh, and emulated cards in it.

import { smartCardDriver } from "../../../devices/smart-card/driver.ts";
import { type LabToken, type LabTokenOptions, plugIn } from "../testing/lab-token.ts";
import { runProgram } from "../testing/program.ts";
import { until } from "../testing/until.ts";

/** Name of the slot that pcscd shows first. */
export const READER: string = `${process.env.OATHBED_READER ?? "Virtual PCD"} 00 00`;

/** Puts a token into the reader: resolves when pcscd knows. */
export function insertToken(options: Omit<LabTokenOptions, "kind" | "noticed">): Promise<LabToken> {
  return plugIn({ ...options, kind: "vpcd", noticed: untilInserted });
}

/** Waits until pcscd has noticed that the card is in, or out. It looks every 0.4 s. */
export async function untilInserted(isIn: boolean): Promise<void> {
  await until(isIn ? "a card in the reader" : "an empty reader", async () => {
    const readers = await smartCardDriver.list();
    const reader = readers.find(({ address }) => address === READER);
    return reader !== undefined && (reader.problem === undefined) === isIn;
  });
}

/** What opensc-tool prints, whatever it thinks of the card. */
export async function openscTool(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runProgram("opensc-tool", args);
  return stdout + stderr;
}
