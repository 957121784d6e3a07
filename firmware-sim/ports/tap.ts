// Where a port shows what goes over its wire, for wire logs (core/wire/decode.ts).

import type { WireProtocol } from "../../core/wire/decode.ts";
import type { WireDirection } from "../../core/wire/decoded.ts";

/** Sees each piece of one connection's stream, in order; a copy is not made. */
export type WireTap = (direction: WireDirection, bytes: Uint8Array) => void;

/**
 * Opens a tap on a new connection: a decoder of its own for each, as createWireDecoder makes them.
 *
 * @param connection who is at the other end, for people
 */
export type OpenTap = (protocol: WireProtocol, connection: string) => WireTap;
