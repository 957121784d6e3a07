// The public face of oathbed/verifier: judging the codes of OATH tokens as a production server
// should. Nothing inside the repository imports this file.
//
//   import { openStore, policyOf, Verifier } from "oathbed/verifier";
//   import { totpParameters } from "oathbed/core";
//
//   await using store = await openStore("tokens.db");           // or "memory"
//   const verifier = new Verifier({ store, policy: policyOf("rfc6238", { throttleLimit: 5 }) });
//
//   const parameters = totpParameters();                        // SHA-1, 6 digits, 30 s
//   const id = await verifier.create({ label: "T-0001", user: "ada", parameters, secret });
//   await verifier.enroll(id, ["755224", "287082"], nowUs);     // two consecutive codes enable it
//   const { accepted } = await verifier.login(id, "359152", nowUs);
//   const verdict = await verifier.verify(id, "254676", nowUs); // the same with the reason
//   if (verdict.outcome === "refused" && verdict.reason === "out-of-sync") {
//     await verifier.resync(id, ["969429", "338314"], nowUs);   // two consecutive codes, wide
//   }
//
// Operators' acts are in verifier.admin (replace, setOffset, setTracking, raiseWatermarks), what is
// known of a clock in driftReport, and verifier.monitor tells when the host's clock is to blame.
//
// Times are microseconds since the Unix epoch, and always given: the verifier never asks a clock.
// Reasons are for operators; what a user may be told is what login answers.

export type { ClockFault } from "../core/drift/classify.ts";
export { Administration } from "./administration.ts";
export { type DriftBounds, type DriftReport, driftReport } from "./drift-report.ts";
export { defaultEngine, type EngineChoice } from "./engines/default.ts";
export {
  type CodeSearch,
  type Engine,
  type EngineKey,
  MAX_CODES,
  MAX_SEARCH,
} from "./engines/engine.ts";
export { nodeCryptoEngine } from "./engines/node-crypto.ts";
export { otplibEngine } from "./engines/otplib.ts";
export { VerifierError, type VerifierErrorCode } from "./errors.ts";
export { faultText, parametersText } from "./fault-text.ts";
export type { CreateInput } from "./inputs.ts";
export { type HostClockFault, HostClockMonitor, type HostClockMonitorOptions } from "./monitor.ts";
export {
  assertPolicy,
  type Policy,
  PRESET_NAMES,
  type PresetName,
  policyOf,
  type WindowRule,
} from "./policy.ts";
export { MAX_SEARCH_STEPS, POLICY_FIELDS, type PolicyField } from "./policy-fields.ts";
export {
  CLOCK_CLASSES,
  type ClockClass,
  type ClockJump,
  type JumpKind,
  type NewRecordOptions,
  newRecord,
  type TokenRecord,
  type TokenState,
} from "./record.ts";
export {
  decodeRecord,
  encodeRecord,
  MAX_RECORD_BYTES,
  RECORD_BYTES,
  RecordFormatError,
} from "./record-codec.ts";
export { MemoryStore } from "./stores/memory.ts";
export { openStore } from "./stores/open.ts";
export { PostgresStore } from "./stores/postgres.ts";
export { SqliteStore } from "./stores/sqlite.ts";
export type { SqliteOptions } from "./stores/sqlite-open.ts";
export {
  type AdminAct,
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  type ImportedToken,
  type NewToken,
  type Peers,
  type RecordWrite,
  type Store,
  type StoredToken,
  StoreError,
  type StoreErrorCode,
  type StoreStatistics,
  type Write,
} from "./stores/store.ts";
export { TrackedClock } from "./tracked-clock.ts";
export {
  CSV_COLUMNS,
  CSV_FORMS,
  type CsvColumn,
  type CsvForm,
  type SecretEncoding,
} from "./transfer/csv/columns.ts";
export type { CsvOptions } from "./transfer/csv/read.ts";
export {
  type Bounds,
  type DriftForecast,
  type DriftRow,
  driftFigures,
  driftTableCsv,
  driftTableJson,
  forecastOf,
} from "./transfer/drift.ts";
export { type ExportOptions, exportTokens } from "./transfer/export.ts";
export {
  type ImportOptions,
  type ImportReport,
  type ImportRow,
  type ImportSink,
  type ImportStore,
  importFile,
  type KnownToken,
  storeSink,
} from "./transfer/import.ts";
export type { PlacedToken } from "./transfer/parsed.ts";
export {
  describeProblem,
  MAX_PROBLEMS,
  type Place,
  TransferError,
  type TransferProblem,
} from "./transfer/problems.ts";
export type { PskcCredentials } from "./transfer/pskc/keys.ts";
export type { PskcProtection, PskcWriteOptions } from "./transfer/pskc/write.ts";
export {
  detectFormat,
  type ReadOptions,
  readTokens,
  secretIdentity,
  type TokenFile,
} from "./transfer/read.ts";
export { MAX_TRANSFER_BYTES } from "./transfer/source.ts";
export {
  MAX_TRANSFER_TOKENS,
  TRANSFER_FORMATS,
  type TransferFormat,
  type TransferToken,
  type TransferTokenInput,
  transferToken,
  transferTokenOf,
  wipeTokens,
} from "./transfer/token.ts";
export {
  type Accepted,
  type Act,
  type PublicAnswer,
  publicAnswer,
  type RefusalReason,
  type Refused,
  type Verdict,
} from "./verdict.ts";
export { MAX_SUBMISSIONS, type Submission, Verifier, type VerifierOptions } from "./verifier.ts";
export type { TokenView } from "./views.ts";
