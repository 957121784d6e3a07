// Files of more than 300 lines that were looked at twice, and why they stay whole.

/** Path and reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  "bench/drift/measure.ts": "one measurement from its first read to its last",
  "conformance/runner.ts": "one run from its plan to its report; what a case does is in run/",
  "conformance/runner.test.ts": "every way a run can end, over one set of fakes",
  "conformance/suites/testing/server-mutants.ts": "a table: one defect a row",
  "conformance/testing/sample-report.ts": "data: one report with every status",
  "core/wire/testing/fuzz-targets.ts": "a table: one codec a row, and what must hold of each",
  "core/wire/usbip/usbip.test.ts": "golden bytes of every message of one protocol",
  "devices/control/control.io.test.ts": "every request and every fault of one protocol",
  "devices/ykoath/device.ts": "one device over one session; each operation is a few lines",
  "firmware-sim/applets/otp/otp.test.ts": "every command of one applet, over one token",
  "scripts/labs/browser/workflow.lab.test.ts": "one workflow from its first step to its last",
  "service/iam/rows-codes.test.ts": "rows of one table, in its order",
  "service/iam/rows-sts.test.ts": "rows of one table, in its order",
  "verifier/stores/postgres.ts": "one store: every act of the contract, in its order",
  "verifier/verifier.test.ts": "every act of the verifier, in the order a token lives through them",
};
