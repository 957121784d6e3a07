// Runs a lab's tests and ends with `N passed, N failed`; the exit code is 0 only when some passed
// and none failed.
//
//   node scripts/labs/run.ts browser [FILTER ...] the wizard page, in Chromium
//   node scripts/labs/run.ts clients [FILTER ...] the IAM endpoint, by clients nobody here wrote
//   node scripts/labs/run.ts pcsc [FILTER ...]    beside pcscd with a virtual reader
//   node scripts/labs/run.ts usb [FILTER ...]     in the Linux guest, tokens on this host
//   node scripts/labs/run.ts verifiers [FILTER ...] verification that other people wrote
//
// FILTER: a part of the names of test files; default all of them.

import { runBrowserLab } from "./browser/lab.ts";
import { runClientsLab } from "./clients/lab.ts";
import { runPcscLab } from "./pcsc/lab.ts";
import { showTotal } from "./testing/vitest-run.ts";
import { runUsbLab } from "./usb/lab.ts";
import { runVerifiersLab } from "./verifiers/lab.ts";

const LABS = {
  browser: runBrowserLab,
  clients: runClientsLab,
  pcsc: runPcscLab,
  usb: runUsbLab,
  verifiers: runVerifiersLab,
};

const [name = "", ...filters] = process.argv.slice(2);
if (!Object.hasOwn(LABS, name)) {
  process.stderr.write(
    `run.ts: there is no lab "${name}"; there are ${Object.keys(LABS).join(", ")}\n`,
  );
  process.exit(2);
}
const counts = await LABS[name as keyof typeof LABS](filters);
process.exitCode = showTotal(counts);
