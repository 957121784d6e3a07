// Files of tokens (RFC 6030, CSV, otpauth and migration URIs): all of one or none, and codes of the
// tokens that came in.

import { encodeBase32 } from "../../../core/oath/base32.ts";
import { hotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { ImportFormat } from "../../operations.ts";
import { TargetRefusal, type TargetToken } from "../../target.ts";
import { atStep, START_STEP, totpToken } from "../shared/tokens.ts";

const PSKC = {
  text: "A key container carries keys with their counters, intervals, digits and drifts.",
  source: "RFC 6030 §4",
} as const;
const WHOLE = {
  text: "A recipient that cannot process part of a key container must not use it by halves.",
  source: "RFC 6030 §5",
} as const;

const NAMESPACE = "urn:ietf:params:xml:ns:keyprov:pskc";
const HEX = Buffer.from(rfc4226Secret()).toString("hex");
const OTHER_HEX = "00112233445566778899aabbccddeeff00112233";
const TOTP = totpToken({ digits: 8, stepSeconds: 60 });
const HOTP: TargetToken = { secret: rfc4226Secret(), parameters: hotpParameters(), counter: 7n };

function pskc(data: string, digits: number, kind: "hotp" | "totp"): string {
  const secret = Buffer.from(rfc4226Secret()).toString("base64");
  return `<KeyContainer Version="1.0" xmlns="${NAMESPACE}"><KeyPackage>
<DeviceInfo><SerialNo>S1</SerialNo></DeviceInfo><Key Id="1" Algorithm="${NAMESPACE}:${kind}">
<AlgorithmParameters><ResponseFormat Length="${digits}" Encoding="DECIMAL"/></AlgorithmParameters>
<Data><Secret><PlainValue>${secret}</PlainValue></Secret>${data}</Data></Key></KeyPackage>
</KeyContainer>`;
}

const value = (name: string, text: string): string =>
  `<${name}><PlainValue>${text}</PlainValue></${name}>`;
const TOTP_DATA = value("Time", "0") + value("TimeInterval", "60") + value("TimeDrift", "5");

const FILES: readonly {
  readonly what: string;
  readonly format: ImportFormat;
  readonly text: string;
  readonly token: TargetToken;
  readonly aheadSteps: bigint;
}[] = [
  {
    what: "PSKC, 8 digits, 60 s, five steps ahead",
    format: "pskc",
    text: pskc(TOTP_DATA, 8, "totp"),
    token: TOTP,
    aheadSteps: 5n,
  },
  {
    what: "PSKC, counter 7",
    format: "pskc",
    text: pskc(value("Counter", "7"), 6, "hotp"),
    token: HOTP,
    aheadSteps: 0n,
  },
  {
    what: "CSV",
    format: "csv",
    text: `serial,secret_hex,type,digits,period\nS1,${HEX},totp,8,60\n`,
    token: TOTP,
    aheadSteps: 0n,
  },
  {
    what: "an otpauth URI",
    format: "otpauth",
    text: `otpauth://totp/S1?secret=${encodeBase32(rfc4226Secret())}&digits=8&period=60\n`,
    token: TOTP,
    aheadSteps: 0n,
  },
  {
    // The worked example of the payload: bob at ACME, the RFC's secret, 8 digits.
    what: "a migration URI",
    format: "migration",
    text: "otpauth-migration://offline?data=CicKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgNib2IaBEFDTUUgASgCMAIQARgBIAAouWA%3D\n",
    token: totpToken({ digits: 8 }),
    aheadSteps: 0n,
  },
];

const taken: VerifierCase = {
  id: "operations/files/taken",
  aliases: ["T13"],
  subject: "verifier",
  title: "tokens of PSKC, CSV, otpauth and migration files come in with all their parameters",
  requirement: PSKC,
  level: "SHOULD",
  needs: ["state", "import", "hotp", "enrollment"],
  async run(t) {
    for (const { what, format, text, token, aheadSteps } of FILES) {
      const target = await t.open();
      const [id, ...others] = (await target.importFile?.(text, format)) ?? [];
      t.holds(`${what}: one token`, id !== undefined && others.length === 0);
      if (id === undefined) continue;
      const { parameters } = token;
      const isTotp = parameters.kind === "totp";
      const step = isTotp ? (START_STEP * 30n) / BigInt(parameters.stepSeconds) : 0n;
      const first = isTotp ? step + aheadSteps : (token.counter ?? 0n);
      const nowUs = isTotp ? atStep({ ...token, parameters }, step + 1n) : 0;
      const pair = [t.code(token, first), t.code(token, first + 1n)];
      t.accepted(what, await target.enroll(id, pair, nowUs));
    }
  },
};

const allOrNone: VerifierCase = {
  id: "operations/files/all-or-none",
  subject: "verifier",
  title:
    "a file with a fault is refused as a whole, by its line: duplicates, a bad secret, a cut end",
  requirement: WHOLE,
  level: "MUST",
  needs: ["state", "import"],
  async run(t) {
    const good = `serial,secret_hex\nA,${HEX}\n`;
    const faults: readonly (readonly [string, ImportFormat, string, RegExp])[] = [
      ["a secret that is none", "csv", `${good}B,${OTHER_HEX.slice(1)}\n`, /3/],
      ["the same secret twice", "csv", `${good}B,${HEX}\n`, /3/],
      ["the same name twice", "csv", `${good}A,${OTHER_HEX}\n`, /3/],
      ["a PSKC file cut short", "pskc", pskc(TOTP_DATA, 8, "totp").slice(0, -30), /./],
    ];
    const target = await t.open();
    for (const [what, format, text, place] of faults) {
      let message: string | undefined;
      try {
        await target.importFile?.(text, format);
      } catch (error) {
        if (!(error instanceof TargetRefusal)) throw error;
        ({ message } = error);
      }
      t.holds(`${what}: refused`, message !== undefined);
      t.holds(`${what}: tells its line`, place.test(message ?? ""));
      t.holds(`${what}: shows no secret`, !(message ?? "").toLowerCase().includes(HEX));
    }
    const ids = (await target.importFile?.(good, "csv")) ?? [];
    t.equal("nothing of them was taken: the good row is new", ids.length, 1);
  },
};

/** Cases of this part. */
export const FILE_CASES: readonly ConformanceCase[] = [taken, allOrNone];
