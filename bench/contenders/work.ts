// What contenders are given: submissions in a file, one a line, the same for all of them.
//
//   SHA1 1800000015 1 4096        hash, Unix time of all submissions, window to each side, lines
//   00ff…  123456                 secret in hexadecimal, submitted code

import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";

/** Submissions of a work: each has a secret of its own. */
export const SUBMISSIONS = 4096;
/** The middle of a step, so that no clock is needed. */
const NOW_SECONDS = 1_800_000_015;
const STEP_SECONDS = 30;
const HASHES = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
/** RFC 6238's reference values have secrets as long as the hash. */
const SECRET_BYTES: Readonly<Record<HashAlgorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/** `right`: 80 % of the current step, 15 % of the one before, 5 % of the next. */
export type CodeKind = "right" | "wrong";

/** What is to be done, the same for all contenders. */
export interface WorkSpec {
  readonly algorithm: HashAlgorithm;
  /** Steps looked at to each side. */
  readonly window: number;
  readonly codes: CodeKind;
}

/** One code and whose it is. */
export interface WorkItem {
  readonly secret: Uint8Array;
  readonly code: string;
}

/** A work as a contender reads it. */
export interface Work {
  readonly algorithm: HashAlgorithm;
  readonly nowSeconds: number;
  readonly window: number;
  readonly items: readonly WorkItem[];
}

/** Makes submissions; codes come from OpenSSL's HMAC. */
export function makeWork(spec: WorkSpec, submissions: number = SUBMISSIONS): Work {
  const { algorithm, window, codes } = spec;
  const random = createRandom(7).fork(algorithm);
  const step = Math.floor(NOW_SECONDS / STEP_SECONDS);
  const items = Array.from({ length: submissions }, (_, at): WorkItem => {
    const secret = random.bytes(SECRET_BYTES[algorithm]);
    const codeAt = (by: number): string => codeOf(algorithm, secret, step + by);
    const share = at % 20;
    const by = window === 0 || share < 16 ? 0 : share < 19 ? -1 : 1;
    return { secret, code: codes === "right" ? codeAt(by) : wrongCode(codeAt, window) };
  });
  return { algorithm, nowSeconds: NOW_SECONDS, window, items };
}

/** Makes submissions and writes them. */
export async function writeWork(path: string, spec: WorkSpec): Promise<void> {
  const { algorithm, nowSeconds, window, items } = makeWork(spec);
  const lines = items.map(({ secret, code }) => `${Buffer.from(secret).toString("hex")} ${code}\n`);
  await writeFile(path, `${algorithm} ${nowSeconds} ${window} ${SUBMISSIONS}\n${lines.join("")}`);
}

/** @throws {Error} for a file that is no work */
export async function readWork(path: string): Promise<Work> {
  const [head = "", ...lines] = (await readFile(path, "ascii")).trim().split("\n");
  const [algorithm = "", now, window] = head.split(" ");
  if (!(algorithm in HASHES)) throw new Error(`${path} is no work of the bench`);
  return {
    algorithm: algorithm as HashAlgorithm,
    nowSeconds: Number(now),
    window: Number(window),
    items: lines.map((line) => {
      const [secret = "", code = ""] = line.split(" ");
      return { secret: new Uint8Array(Buffer.from(secret, "hex")), code };
    }),
  };
}

/** RFC 4226 §5.3, six digits. */
function codeOf(algorithm: HashAlgorithm, secret: Uint8Array, step: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(HASHES[algorithm], secret).update(message).digest();
  const value = mac.readUInt32BE((mac.at(-1) as number) & 15) & 0x7fff_ffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** Six digits that no step of the window has. */
function wrongCode(codeAt: (by: number) => string, window: number): string {
  const near = new Set<string>();
  for (let by = -window; by <= window; by++) near.add(codeAt(by));
  for (let number = 0; ; number++) {
    const code = String(number).padStart(6, "0");
    if (!near.has(code)) return code;
  }
}
