// Status words of ISO 7816-4 that OATH-type applets answer (YKOATH document, section 4).

/** Status words by what they say; 0 to 0xFFFF. */
export const STATUS_WORDS = {
  ok: 0x9000,
  verificationFailed: 0x6300,
  memoryFailure: 0x6581,
  wrongLength: 0x6700,
  chainingNotSupported: 0x6884,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  noSuchObject: 0x6984,
  conditionsNotSatisfied: 0x6985,
  appletSelectFailed: 0x6999,
  wrongSyntax: 0x6a80,
  notFound: 0x6a82,
  noSpace: 0x6a84,
  wrongP1P2: 0x6b00,
  unknownInstruction: 0x6d00,
  wrongClass: 0x6e00,
  unknownFailure: 0x6f00,
} as const;

/** Name of a status word in STATUS_WORDS. */
export type StatusName = keyof typeof STATUS_WORDS;

const WORDS: ReadonlyMap<number, string> = new Map(
  Object.entries({
    ok: "done",
    verificationFailed: "wrong PIN, or wrong code",
    memoryFailure: "memory failure",
    wrongLength: "wrong length",
    chainingNotSupported: "command chaining not supported",
    securityNotSatisfied: "not authenticated, not touched, or challenge not increasing",
    blocked: "operation blocked",
    noSuchObject: "no such object, or wrong proof",
    conditionsNotSatisfied: "conditions of use not satisfied",
    appletSelectFailed: "applet cannot be selected",
    wrongSyntax: "wrong syntax, or wrong password",
    notFound: "applet or object not found",
    noSpace: "no space",
    wrongP1P2: "wrong P1 or P2",
    unknownInstruction: "instruction not known",
    wrongClass: "class not known",
    unknownFailure: "failure without a diagnosis",
  } satisfies Record<StatusName, string>).map(([name, text]) => [
    STATUS_WORDS[name as StatusName],
    text,
  ]),
);

/** `6982 not authenticated, …`: the four hexadecimal digits, and the meaning where known. */
export function describeStatusWord(sw: number): string {
  const digits = sw.toString(16).toUpperCase().padStart(4, "0");
  if (sw >>> 8 === 0x61) return `${digits} more data`;
  const meaning = WORDS.get(sw);
  return meaning === undefined ? digits : `${digits} ${meaning}`;
}
