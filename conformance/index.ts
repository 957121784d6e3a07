// The public face of oathbed/conformance: what must hold, for tokens and for the servers that
// verify their codes. Nothing inside the repository imports this file.
//
//   import { consoleReport, libraryTarget, run, SUITES } from "oathbed/conformance";
//   import { subjectSource } from "oathbed/devices";
//
//   const report = await run({
//     suites: SUITES,
//     tokens: [subjectSource("virtual")],
//     targets: [libraryTarget()],             // or an adapter of your own: see TargetFactory
//     randomSeed: 7,
//     command: "my judge",
//     toolVersion: "1",
//   });
//   process.stdout.write(consoleReport(report, { color: false, width: 100 }));

export type {
  ConformanceCase,
  Level,
  PairCase,
  Requirement,
  Suite,
  TokenCase,
  TokenNeed,
  VerifierCase,
  VerifierNeed,
} from "./case.ts";
export type { Check, CheckContext } from "./checks.ts";
export {
  type Expectations,
  expectationsFileName,
  loadExpectations,
  parseExpectations,
} from "./expectations.ts";
export type {
  ImportFormat,
  OperationAbility,
  OperationsPolicy,
  TargetAuditLine,
  TargetDrift,
  TargetOperations,
} from "./operations.ts";
export { expectedCode } from "./oracle.ts";
export { loadPlugin, loadSuite, type Plugin, PluginError } from "./plugin.ts";
export * from "./report.ts";
export { type ConsoleOptions, consoleReport } from "./reports/console.ts";
export {
  type Change,
  type DiffRow,
  diffReports,
  isWorse,
  type ReportDiff,
} from "./reports/diff.ts";
export { diffText } from "./reports/diff-text.ts";
export { htmlReport } from "./reports/html.ts";
export { jsonReport, parseReport } from "./reports/json.ts";
export { junitReport } from "./reports/junit.ts";
export { mergeReports } from "./reports/merge.ts";
export { exitCodeOf, tally, type Verdict, verdictOf } from "./reports/verdict.ts";
export { readReport, writeReports } from "./reports/write.ts";
export type { CaseOnSubject, Shard } from "./run/rounds.ts";
export { NothingSelected, type Selection } from "./run/selection.ts";
export type { TokenSource } from "./run/token-source.ts";
export { type Progress, type RunPlan, run } from "./runner.ts";
export { SchemaError } from "./schema-check.ts";
export { SUITES } from "./suites/index.ts";
export * from "./target.ts";
export { type LibraryTargetOptions, libraryTarget } from "./targets/library.ts";
export type { TokenContext } from "./token-context.ts";
export type { VerifierContext } from "./verifier-context.ts";
