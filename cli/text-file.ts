// The text of a file that people bring: UTF-8, of a limited size, also from a pipe.

import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { UsageError } from "./usage-error.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Longest beginning of a character that may have been cut off, bytes. */
const MOST_CUT = 3;
const [LINE_FEED, MIB] = [0x0a, 1024 * 1024];

/**
 * Reads it, without a byte order mark. A last character that was cut off is left out.
 *
 * @throws {UsageError} when it is too long, UTF-16 or no UTF-8, with the line
 */
export async function readTextFile(path: string, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > mostBytes) {
      throw new UsageError(`${path} is longer than ${mostBytes / MIB} MiB`, "split it");
    }
  }
  return textOf(Buffer.concat(chunks, size), path);
}

function textOf(bytes: Buffer, path: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new UsageError(`${path} is UTF-16`, "save it as UTF-8");
  }
  for (let cut = 0; cut <= Math.min(MOST_CUT, bytes.length); cut++) {
    const whole = bytes.subarray(0, bytes.length - cut);
    // One pass over a sound file; a bad one is looked at four times.
    if (isUtf8(whole)) return new TextDecoder().decode(whole);
  }
  throw new UsageError(`${path} is no UTF-8: line ${badLine(bytes)}`, "save it as UTF-8");
}

/** The first line that is no UTF-8, from 1. */
function badLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(from, to))) return line;
    from = to + 1;
  }
  return line;
}
