// The part of the WebAssembly JavaScript interface that is used here: its types come with the DOM's
// only, which a server has not got.

/** Memory shared with workers. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds pages of 64 KiB; older views stay valid and short. */
  grow(pages: number): number;
}

/** @see wasm */
export interface WasmApi {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: object };
  readonly validate: (binary: Uint8Array) => boolean;
}

/** @throws {Error} where there is no WebAssembly at all (--jitless) */
export function wasm(): WasmApi {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WasmApi };
  if (WebAssembly === undefined) throw new Error("this runtime has no WebAssembly");
  return WebAssembly;
}
