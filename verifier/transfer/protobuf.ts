// As much of the Protocol Buffers wire format as migration URIs need: the fields of one message,
// bounded. Varints of at most ten bytes, length-delimited bytes; fixed numbers are skipped.

/** A field. Bytes are views of the message. */
export type ProtoField =
  | { readonly number: number; readonly kind: "varint"; readonly value: bigint }
  | { readonly number: number; readonly kind: "bytes"; readonly value: Uint8Array };

/** Bytes that are no message; says what, not which bytes. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** Most fields of one message. */
export const MAX_PROTO_FIELDS = 10_000;
const MAX_VARINT_BYTES = 10;

/**
 * The fields of a message in their order, those of types that nothing here uses left out.
 *
 * @throws {ProtobufError} when a field is cut off, too long or of no known type
 */
export function readProto(bytes: Uint8Array): readonly ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError("a number is cut off");
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError("a number is longer than ten bytes");
  };
  const take = (length: bigint): Uint8Array => {
    if (length > BigInt(bytes.length - at)) throw new ProtobufError("a field is cut off");
    const from = at;
    at += Number(length);
    return bytes.subarray(from, at);
  };
  while (at < bytes.length) {
    if (fields.length >= MAX_PROTO_FIELDS) throw new ProtobufError("too many fields");
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number < 1 || number > 0x1fff_ffff) throw new ProtobufError("a field has no number");
    switch (Number(tag & 7n)) {
      case 0:
        fields.push({ number, kind: "varint", value: varint() });
        break;
      case 1:
        take(8n);
        break;
      case 2:
        fields.push({ number, kind: "bytes", value: take(varint()) });
        break;
      case 5:
        take(4n);
        break;
      default:
        throw new ProtobufError("a field is of an unknown type");
    }
  }
  return fields;
}
