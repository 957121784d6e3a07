// For tests of codecs: frames as the documents write them, and frames that are almost right.

import { createRandom, type Random } from "../../time/random.ts";
import { copyBytes } from "../bytes.ts";

/** Bytes of hexadecimal with any spaces in it. @throws {RangeError} when it is something else */
export function bytes(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new RangeError(`not hexadecimal: ${hex}`);
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** Bytes of ASCII or any other text, as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Upper-case hexadecimal without spaces, for comparing with `bytes`. */
export function hex(given: Uint8Array): string {
  return Buffer.from(given).toString("hex").toUpperCase();
}

/** `count` mutations of the frames, the same for the same random seed. */
export function* mutations(
  frames: readonly Uint8Array[],
  count: number,
  randomSeed: number,
): Generator<Uint8Array> {
  const random = createRandom(randomSeed);
  for (let round = 0; round < count; round++) {
    let frame = copyBytes(frames[random.integer(0, frames.length - 1)] ?? new Uint8Array(0));
    for (let step = random.integer(1, 4); step > 0; step--) frame = mutate(frame, random);
    yield frame;
  }
}

const EDGES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xfe, 0xff];

function mutate(frame: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(0, Math.max(0, frame.length - 1));
  switch (random.integer(0, 5)) {
    case 0: // flip a bit
      if (frame.length > 0) frame[at] = (frame[at] ?? 0) ^ (1 << random.integer(0, 7));
      return frame;
    case 1: // a value from the edge of some range
      if (frame.length > 0) frame[at] = EDGES[random.integer(0, EDGES.length - 1)] ?? 0;
      return frame;
    case 2: // cut the end off
      return copyBytes(frame.subarray(0, at));
    case 3: // leave bytes out
      return new Uint8Array([...frame.subarray(0, at), ...frame.subarray(at + 1 + (at % 3))]);
    case 4: // put bytes in
      return new Uint8Array([...frame.subarray(0, at), ...random.bytes(3), ...frame.subarray(at)]);
    default: // say it twice, from somewhere on
      return new Uint8Array([...frame, ...frame.subarray(at, at + 64)]);
  }
}
