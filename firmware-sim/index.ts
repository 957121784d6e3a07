// The public face of oathbed/firmware-sim: emulated tokens. Nothing in the repository imports it.

export * from "./applets/applet.ts";
export { SmartCard, type SmartCardOptions } from "./applets/card.ts";
export * from "./applets/smart-profile.ts";
export {
  createSmartToken,
  type SmartToken,
  type SmartTokenInfo,
  type SmartTokenOptions,
} from "./applets/smart-token.ts";
export { TOUCH_POLICIES, TOUCH_TIMEOUT_MS, type TouchPolicy } from "./applets/touch.ts";
export * from "./emulated-token.ts";
export { FaultyLine, type FaultyLineOptions, type LineFault } from "./faults.ts";
export { hmac } from "./hmac.ts";
export { dynamicTruncation, hotpCode } from "./hotp.ts";
export { NonVolatileMemory, PowerFailure } from "./memory.ts";
export type { Oscillator } from "./oscillator.ts";
export { CLOCK_MODELS, CLOCK_NAMES, type ClockModel } from "./oscillators/clocks.ts";
export { createOscillator, type OscillatorOptions, oscillatorOf } from "./oscillators/create.ts";
export type { ClockEvent, SmoothTerm, Span } from "./oscillators/terms.ts";
export {
  ATTACH_KINDS,
  type AttachableToken,
  type AttachKind,
  type Attachment,
  type AttachOptions,
  attach,
  shellParts,
} from "./ports/attach.ts";
export { PortError } from "./ports/port-error.ts";
export { type BytePort, openPty, PtyError } from "./ports/pty.ts";
export type { OpenTap, WireTap } from "./ports/tap.ts";
export {
  openUsbipServer,
  type UsbipServer,
  type UsbipServerOptions,
} from "./ports/usbip-server.ts";
export { PROFILE_NAMES, profileOf, TOKEN_PROFILES } from "./profiles.ts";
export { SMART_PROFILE_NAMES, SMART_TOKEN_PROFILES, smartProfileOf } from "./profiles-smart.ts";
export { LineShell, type LineShellOptions, type ShellDialect } from "./shell/line-shell.ts";
export { createEmulatedToken, MAX_NAME_BYTES, type TokenOptions } from "./token.ts";
export { parseTokenState, TOKEN_STATE_VERSION, type TokenState } from "./token-state.ts";
export { UsbDevice, type UsbDeviceIdentity } from "./usb/device.ts";
export { createTokenDevice, type SerialListener, type TokenParts } from "./usb/token-device.ts";
