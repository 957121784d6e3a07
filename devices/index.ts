// The public face of oathbed/devices: ways to reach a token. Nothing inside the repository imports
// it.

export { connectRig, type RigClientOptions } from "./control/client.ts";
export { type Endpoint, formatEndpoint, parseEndpoint } from "./control/endpoint.ts";
export { type ControlOptions, type ControlServer, serveControl } from "./control/server.ts";
export * from "./device.ts";
export { type CheckSubject, type DoctorCheck, diagnose, nodeHealth } from "./doctor.ts";
export type {
  Driver,
  DriverHealth,
  Found,
  OpenOptions,
  WireEntry,
  WireLog,
} from "./driver.ts";
export { DeviceError, type DeviceErrorCode, type DeviceErrorOptions } from "./errors.ts";
export { notSupported, refusalError } from "./errors-firmware.ts";
export { type HidTokenSettings, openHidToken } from "./hid/open.ts";
export type { HidTransport } from "./hid/transport.ts";
export {
  INVENTORY_FILE_NAME,
  type Inventory,
  InventoryError,
  type InventoryToken,
  inventoryToken,
  parseInventory,
  readInventory,
} from "./inventory/inventory.ts";
export {
  type InventorySecret,
  inventorySecret,
  readSecretFile,
  type SecretEncoding,
  type SecretFile,
} from "./inventory/secret.ts";
export { closedError, MAX_TIMEOUT_MS, OperationQueue, type Work } from "./operation-queue.ts";
export { parseCodeLine, type SeenCode } from "./operator/code-file.ts";
export {
  type AppCode,
  type AppDiagnosis,
  type AppKey,
  type AppSample,
  type CodeMaker,
  describeDiagnosis,
  diagnoseApp,
  diagnoseCodes,
  possibleDigits,
  usedParameters,
} from "./operator/diagnose.ts";
export { type ScriptedAnswer, ScriptedTerminal } from "./operator/scripted-terminal.ts";
export {
  type ChangeBounds,
  collectTaps,
  type OffsetBounds,
  offsetOfTaps,
  REACTION_US,
} from "./operator/taps.ts";
export type { KeyPress, OperatorTerminal } from "./operator/terminal.ts";
export { TerminalDevice, type TerminalDeviceOptions } from "./operator/terminal-device.ts";
export { readTypedCode, type TypedCode } from "./operator/typed-code.ts";
export {
  assertAllowed,
  type Harm,
  LEAST_PIN_TRIES,
  type Protection,
  type ProtectionInput,
  protect,
} from "./protection.ts";
export {
  RAW_CHANNELS,
  type RawAccess,
  type RawApdus,
  type RawCcid,
  type RawChannel,
  type RawReports,
} from "./raw.ts";
export { DRIVER_NAMES, DRIVERS, type DriverState, driverOf, healthOfDrivers } from "./registry.ts";
export type { DisplayView, Fault, GroundTruth, Rig } from "./rig.ts";
export { type SerialToken, startSerialToken } from "./rigs/serial-token.ts";
export { RealTimeWorld, type World } from "./rigs/world.ts";
export { openSmartCard } from "./smart-card/driver.ts";
export {
  EMULATED_SPECS,
  type SourceSettings,
  type SubjectSource,
  subjectSource,
} from "./sources.ts";
export type { SerialShell, Subject, SubjectOptions } from "./subject.ts";
export { UDEV_FILE_NAME, UDEV_INSTALLATION, udevRules } from "./udev.ts";
export { openUsbDevice, type UsbOpenOptions } from "./usb/driver.ts";
export { BoundedWireLog } from "./wire-log.ts";
export { openYkoathDevice, type YkoathOpenOptions } from "./ykoath/device.ts";
export type { ApduTransport } from "./ykoath/transport.ts";
