// Vectors that are known beforehand, in memory: loading one costs nothing beside the arithmetic,
// while V8 makes one that is written into the code of two vector instructions, each time.

/** Where they lie; the engine keeps the place free (verifier/engines/simd/kernel.ts). */
const ADDRESS = 4096;
const MAX_BYTES = 8192;
const CONSTANT = /\(v128\.const i32x4 (?<lanes>[^)]+)\)/g;

/** The functions with their vectors as loads, and the data that must be there. */
export function withConstants(functions: string): string {
  const places = new Map<string, number>();
  const text = functions.replace(CONSTANT, (_, lanes: string) => {
    const place = places.get(lanes) ?? places.size;
    places.set(lanes, place);
    return `(v128.load offset=${ADDRESS + 16 * place} (i32.const 0))`;
  });
  const words = [...places.keys()].flatMap((lanes) => lanes.split(" ").map(Number));
  if (4 * words.length > MAX_BYTES) throw new Error(`${words.length} words are too many constants`);
  const bytes = Buffer.from(Int32Array.from(words).buffer);
  const data = bytes.toString("hex").replace(/../g, "\\$&");
  return `${text}\n(data (i32.const ${ADDRESS}) "${data}")`;
}
