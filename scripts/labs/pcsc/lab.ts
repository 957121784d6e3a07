// The PC/SC lab: pcscd with a virtual reader, twice. Its reader's name decides what ykman takes
// the card for.

import { type Counts, labFiles, runTests, sum, vitestArguments } from "../testing/vitest-run.ts";

const YUBICO_READER = "Yubico YubiKey OTP+CCID";
const OTHER_READER = "Virtual PCD";

/** Runs all of it. @param filters parts of file names */
export async function runPcscLab(filters: readonly string[]): Promise<Counts> {
  const files = labFiles("pcsc", filters);
  const yubico = files.filter((file) => file.includes("yubico-reader"));
  const other = files.filter((file) => !yubico.includes(file));
  let total: Counts = { passed: 0, failed: 0 };
  for (const [reader, part] of [
    [OTHER_READER, other],
    [YUBICO_READER, yubico],
  ] as const) {
    if (part.length === 0) continue;
    const command = ["scripts/labs/pcsc.sh", reader, "vitest", ...vitestArguments(part)];
    total = sum(total, await runTests("bash", command));
  }
  return total;
}
