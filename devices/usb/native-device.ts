// What we use of the `usb` package's devices (WebUSB §6, and the package's own additions). Its
// types need those of browsers, which this project does not have.

/** A transfer to the host. */
export interface InResult {
  readonly status?: string;
  readonly data?: DataView;
}

/** A transfer from the host. */
export interface OutResult {
  readonly status?: string;
}

/** Setup of a control transfer, in WebUSB's words. */
export interface ControlSetup {
  readonly requestType: "standard" | "class" | "vendor";
  readonly recipient: "device" | "interface" | "endpoint" | "other";
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

/** A configuration, as far as its interfaces' classes matter. */
export interface NativeConfiguration {
  readonly configurationValue: number;
  readonly interfaces: readonly {
    readonly alternates: readonly { readonly interfaceClass: number }[];
  }[];
}

/** A device. Transfers take a time-out in milliseconds besides WebUSB's parameters. */
export interface NativeUsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  /** Number or name of the bus, and the device's address on it. */
  readonly bus: string;
  readonly address: number;
  readonly manufacturerName?: string | null;
  readonly productName?: string | null;
  readonly serialNumber?: string | null;
  readonly configuration?: NativeConfiguration | null;
  readonly configurations: readonly NativeConfiguration[];
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  clearHalt(direction: "in" | "out", endpoint: number): Promise<void>;
  transferIn(endpoint: number, length: number, timeoutMs: number): Promise<InResult>;
  transferOut(endpoint: number, data: Uint8Array, timeoutMs: number): Promise<OutResult>;
  controlTransferIn(setup: ControlSetup, length: number, timeoutMs: number): Promise<InResult>;
  controlTransferOut(setup: ControlSetup, data: Uint8Array, timeoutMs: number): Promise<OutResult>;
}

/** The package's entry. */
export interface NativeUsb {
  getDevices(): Promise<readonly NativeUsbDevice[]>;
}
