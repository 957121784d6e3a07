// The files that core may have. A new one is a decision: it belongs to the token's side and the
// verifier's side alike, or it does not belong here (scripts/house/arrows.ts). An entry ending in /
// is a folder: one codec that has many files.

/** Every file of core, tests left out. */
export const CORE_FILES: readonly string[] = [
  "core/drift/feasible.ts",
  "core/drift/hull.ts",
  "core/drift/steps.ts",
  "core/drift/tracker-codec.ts",
  "core/drift/tracker.ts",
  "core/index.ts",
  "core/oath/base32.ts",
  "core/oath/codes.ts",
  "core/oath/otpauth.ts",
  "core/oath/parameters.ts",
  "core/oath/secret.ts",
  "core/oath/vectors.ts",
  "core/time/alarm-queue.ts",
  "core/time/clock.ts",
  "core/time/random.ts",
  "core/time/simulated-clock.ts",
  "core/time/system-clock.ts",
  "core/wire/ansi.ts",
  "core/wire/apdu-chaining.ts",
  "core/wire/apdu.ts",
  "core/wire/byte-queue.ts",
  "core/wire/bytes.ts",
  "core/wire/ccid.ts",
  "core/wire/ccid/",
  "core/wire/decoded.ts",
  "core/wire/shell-answers.ts",
  "core/wire/shell-lines.ts",
  "core/wire/shell-log.ts",
  "core/wire/status-words.ts",
  "core/wire/tlv.ts",
  "core/wire/ykoath.ts",
  "core/wire/ykoath/",
];
