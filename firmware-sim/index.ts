// The public face of oathbed/firmware-sim: emulated tokens. Nothing in the repository imports it.

export * from "./emulated-token.ts";
export { FaultyLine, type FaultyLineOptions, type LineFault } from "./faults.ts";
export { hmac } from "./hmac.ts";
export { dynamicTruncation, hotpCode } from "./hotp.ts";
export { NonVolatileMemory, PowerFailure } from "./memory.ts";
export type { Oscillator } from "./oscillator.ts";
export { CLOCK_MODELS, CLOCK_NAMES, type ClockModel } from "./oscillators/clocks.ts";
export { createOscillator, type OscillatorOptions, oscillatorOf } from "./oscillators/create.ts";
export type { ClockEvent, SmoothTerm, Span } from "./oscillators/terms.ts";
export { type BytePort, openPty, PtyError } from "./ports/pty.ts";
export { PROFILE_NAMES, profileOf, TOKEN_PROFILES } from "./profiles.ts";
export { LineShell, type LineShellOptions, type ShellDialect } from "./shell/line-shell.ts";
export { createEmulatedToken, MAX_NAME_BYTES, type TokenOptions } from "./token.ts";
