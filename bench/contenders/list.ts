// Who takes part: ourselves, the libraries people use, and what the machine can do in C.

import { fileURLToPath } from "node:url";
import { compile, type Found, findPython } from "./native.ts";
import { hasPackage } from "./packages.ts";
import type { WorkSpec } from "./work.ts";

/** Names by which races choose, goals compare and tables tell. */
export const CONTENDER_NAMES = [
  "oathbed-one-call",
  "oathbed-batch",
  "oathbed-two-threads",
  "oathbed-decision",
  "oathbed-decisions",
  "otplib",
  "otpauth",
  "speakeasy",
  "createHmac",
  "noble-hashes",
  "pyotp",
  "liboath",
  "openssl",
  "sha-ni",
  "sha-ni-limit",
] as const;

/** @see CONTENDER_NAMES */
export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** Someone who can be asked to judge codes. */
export interface Contender {
  readonly name: ContenderName;
  /** What it is, a sentence for those who read figures. */
  readonly about: string;
  /** Why it cannot do this work; null when it can. */
  readonly refuses: (work: WorkSpec) => string | null;
  /** How to start it; `folder` takes what is compiled. */
  readonly find: (folder: string) => Promise<Found>;
}

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const anyWork = (): null => null;
const sha1Only = ({ algorithm }: WorkSpec): string | null =>
  algorithm === "SHA1" ? null : "it does SHA-1 only";
const batches = ({ algorithm, window }: WorkSpec): string | null => {
  if (algorithm === "SHA512") return "SHA-512 has no batch";
  return window <= 15 ? null : "a batch looks at 32 steps at most";
};
const takesNoCode = (work: WorkSpec): string | null =>
  work.codes === "wrong" ? sha1Only(work) : "it takes no code";

/** Every contender, in the order of the tables. */
export const CONTENDERS: readonly Contender[] = [
  own("oathbed-one-call", "the kernel, a call a code: the lanes of a vector are steps"),
  own("oathbed-batch", "the kernel, many codes a call: the lanes are tokens", batches),
  own("oathbed-two-threads", "the same on two threads", batches),
  own("oathbed-decision", "from a token's name to its verdict and next record, one by one"),
  own("oathbed-decisions", "the same, 4,096 together"),
  library("otplib", "npm, verifySync with its default crypto", "otplib"),
  library("otpauth", "npm, an object for each token", "otpauth"),
  library("speakeasy", "npm, totp.verify", "speakeasy"),
  own("createHmac", "by hand over node:crypto with KeyObjects, until a step matches"),
  library("noble-hashes", "by hand over @noble/hashes, cached midstates", "@noble/hashes/hmac.js"),
  { name: "pyotp", about: "PyPI, TOTP.verify", refuses: anyWork, find: findPython },
  native("liboath", "C, oath_totp_validate of the OATH Toolkit", sha1Only, {
    file: "liboath.c",
    flags: [],
    libraries: ["-loath"],
    remedy: "liboath does not compile here; apt install liboath-dev",
  }),
  native("openssl", "C, EVP_MAC, a context with its key for each token", anyWork, {
    file: "openssl.c",
    flags: [],
    libraries: ["-lcrypto"],
    remedy: "OpenSSL 3 does not compile here; apt install libssl-dev",
  }),
  native(
    "sha-ni",
    "the reference: C, the processor's SHA unit, cached midstates, two streams interleaved",
    sha1Only,
    shaNi("sha-ni.c"),
  ),
  native(
    "sha-ni-limit",
    "the limit: the SHA unit doing the rounds of so many codes, and nothing else",
    takesNoCode,
    shaNi("sha-ni-limit.c"),
  ),
];

function shaNi(file: string): Parameters<typeof compile>[0] {
  const remedy = "this compiler or processor has no SHA instructions of x86-64";
  return { file, flags: ["-msha", "-msse4.1"], libraries: [], remedy };
}

/** What comes with oathbed; its name is that of the judge in main.ts. */
function own(
  name: ContenderName,
  about: string,
  refuses: Contender["refuses"] = anyWork,
): Contender {
  const command = { program: process.execPath, args: [MAIN, name] };
  return { name, about, refuses, find: async () => ({ kind: "found", command }) };
}

function library(name: ContenderName, about: string, specifier: string): Contender {
  const contender = own(name, about);
  const [, whole = specifier] = /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier) ?? [];
  return {
    ...contender,
    find: async (folder) =>
      hasPackage(specifier)
        ? contender.find(folder)
        : { kind: "absent", reason: `${whole} is not installed beside oathbed; npm install it` },
  };
}

function native(
  name: ContenderName,
  about: string,
  refuses: Contender["refuses"],
  source: Parameters<typeof compile>[0],
): Contender {
  return { name, about, refuses, find: (folder) => compile(source, folder) };
}
