// Where an operator is: `terminal`, `terminal?png=FILE` (QR codes go to a file), `file:PATH`.

import { DeviceError } from "../errors.ts";

/** Who gives the codes. */
export type OperatorAddress =
  | { readonly kind: "terminal"; readonly pngFile?: string }
  | { readonly kind: "file"; readonly path: string };

const MAX_ADDRESS_CHARACTERS = 4096;

/** @throws {DeviceError} not-found, saying how an address is written */
export function parseOperatorAddress(address: string): OperatorAddress {
  const isText = address.length <= MAX_ADDRESS_CHARACTERS && !/\p{Cc}/u.test(address);
  if (isText && (address === "terminal" || address === "")) return { kind: "terminal" };
  const [, pngFile] = /^terminal\?png=(.+)$/.exec(address) ?? [];
  if (isText && pngFile !== undefined) return { kind: "terminal", pngFile };
  const [, path] = /^file:(.+)$/.exec(address) ?? [];
  if (isText && path !== undefined) return { kind: "file", path };
  throw new DeviceError("not-found", `"${address.slice(0, 100)}" is no address of an operator`, {
    hint: "write operator:terminal, operator:terminal?png=FILE or operator:file:PATH",
  });
}

/** The reverse of parseOperatorAddress. */
export function formatOperatorAddress(address: OperatorAddress): string {
  if (address.kind === "file") return `file:${address.path}`;
  return address.pngFile === undefined ? "terminal" : `terminal?png=${address.pngFile}`;
}
