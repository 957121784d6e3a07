// The log around what operators do with a target. @see recordTarget

import type { TargetOperations } from "../operations.ts";
import type { Target } from "../target.ts";
import { printValue } from "./printing.ts";

/** One call, with its line and its answer in the log. */
export type RecordedCall = <T>(
  text: string,
  atUs: number | undefined,
  act: () => Promise<T>,
  print?: (value: T) => string,
) => Promise<T>;

/**
 * The operations that `target` has, each call in the log; files and secrets are told by their
 * length only.
 */
export function recordOperations(
  target: Target,
  call: RecordedCall,
  wrap: (twin: Target) => Target,
): TargetOperations {
  const { createFromText, setOffset, driftReport, exportPskc, importFile } = target;
  const { publicAnswer, audit, hostFault, crash, twin, backup, failStore, timeLogins } = target;
  const length = (text: string): string => `${text.length} characters`;
  return {
    ...(createFromText && {
      createFromText: (text) =>
        call(
          `create from ${length(text)}`,
          undefined,
          () => createFromText.call(target, text),
          printValue,
        ),
    }),
    ...(setOffset && {
      setOffset: (id, steps, atUs) =>
        call(`offset ${id} ${steps}`, atUs, () => setOffset.call(target, id, steps, atUs)),
    }),
    ...(driftReport && {
      driftReport: (id, atUs) =>
        call(`drift ${id}`, atUs, () => driftReport.call(target, id, atUs), printValue),
    }),
    ...(exportPskc && {
      exportPskc: (id) =>
        call(`export ${id}`, undefined, () => exportPskc.call(target, id), length),
    }),
    ...(importFile && {
      importFile: (text, format) =>
        call(
          `import ${format}, ${length(text)}`,
          undefined,
          () => importFile.call(target, text, format),
          printValue,
        ),
    }),
    ...(publicAnswer && {
      publicAnswer: (id, code, atUs) =>
        call(
          `login ${id} ${printValue(code)}`,
          atUs,
          () => publicAnswer.call(target, id, code, atUs),
          printValue,
        ),
    }),
    ...(audit && {
      audit: (id) =>
        call(
          `audit ${id}`,
          undefined,
          () => audit.call(target, id),
          (lines) => `${lines.length} lines`,
        ),
    }),
    ...(hostFault && {
      hostFault: () => call("host fault", undefined, () => hostFault.call(target), printValue),
    }),
    ...(crash && { crash: () => call("crash", undefined, () => crash.call(target)) }),
    ...(twin && {
      twin: async () => wrap(await call("twin", undefined, () => twin.call(target))),
    }),
    ...(backup && {
      backup: async () => {
        const restore = await call("backup", undefined, () => backup.call(target));
        return (atUs) => call("restore", atUs, () => restore(atUs));
      },
    }),
    ...(failStore && {
      failStore: (isFailing) =>
        call(`store ${isFailing ? "fails" : "works"}`, undefined, () =>
          failStore.call(target, isFailing),
        ),
    }),
    ...(timeLogins && {
      timeLogins: (id, codes, atUs) =>
        call(
          `${codes.length} timed logins ${id}`,
          atUs,
          () => timeLogins.call(target, id, codes, atUs),
          (times) => `${times.length} times`,
        ),
    }),
  };
}
