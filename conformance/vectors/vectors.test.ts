import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS, type HashAlgorithm, hotpParameters } from "../../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_20_BYTE_SECRET_VECTORS,
  RFC6238_VECTORS,
} from "../../core/oath/vectors.ts";
import { expectedCode } from "../oracle.ts";
import { SchemaCheck, SchemaError } from "../schema-check.ts";
import { hotpRows, rareMovingFactors, totpGroups } from "./load.ts";
import rareCodes from "./rare-codes.json" with { type: "json" };
import rfc4226 from "./rfc4226.json" with { type: "json" };
import rfc6238 from "./rfc6238.json" with { type: "json" };

const folder = new URL("./", import.meta.url);
const files = readdirSync(folder).filter((name) => /(?<!schema)\.json$/.test(name));

function read(name: string) {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

test("there are the vectors of both RFCs", () => {
  expect(files).toEqual(expect.arrayContaining(["rfc4226.json", "rfc6238.json"]));
});

test.each(files)("%s is as its schema says, which is closed", (name) => {
  const vectors = read(name);
  const schema = read(vectors.$schema);
  const check = new SchemaCheck(schema);
  expect(check.check(vectors, name)).toBe(vectors);
  expect(() => check.check({ ...vectors, extra: 1 }, name)).toThrow(SchemaError);
  for (const part of objectSchemas(schema)) {
    if (part.properties) expect(part.additionalProperties, JSON.stringify(part)).toBe(false);
  }
});

test.each(files)("%s explains every flag it uses, and uses every flag it explains", (name) => {
  const vectors = read(name);
  const tests = vectors.groups?.flatMap((group: { tests: unknown[] }) => group.tests);
  const used = (tests ?? vectors.tests).flatMap((row: { flags: string[] }) => row.flags);
  expect([...new Set(used)].sort()).toEqual(Object.keys(vectors.flags).sort());
});

test("the event-based rows are those of the RFC, by node:crypto and by the oracle", () => {
  const [appendix] = rfc4226.groups;
  expect(
    appendix?.tests.map(({ counter, hmac, truncated, codes }) => ({
      counter: BigInt(counter),
      hmac,
      truncated,
      code: codes[6],
    })),
  ).toEqual(RFC4226_VECTORS);
  for (const { secretAscii, tests } of rfc4226.groups) {
    const secret = Buffer.from(secretAscii, "ascii");
    for (const { counter, hmac, truncated, codes } of tests) {
      const message = Buffer.alloc(8);
      message.writeBigUInt64BE(BigInt(counter));
      expect(createHmac("sha1", secret).update(message).digest("hex")).toBe(hmac);
      for (const [digits, code] of Object.entries(codes)) {
        const parameters = hotpParameters({ digits: Number(digits) });
        expect(expectedCode(secret, parameters, BigInt(counter))).toBe(code);
        expect(String(truncated).padStart(10, "0").endsWith(code)).toBe(true);
      }
    }
  }
});

test("the time-based rows are those of the RFC, and all by the oracle", () => {
  const [appendix] = totpGroups("appendix");
  expect(appendix?.rows.map(({ flags, ...row }) => row)).toEqual(RFC6238_VECTORS);
  const [short] = totpGroups("secret-of-20-bytes");
  expect(short?.rows.map(({ flags, ...row }) => row)).toEqual(RFC6238_20_BYTE_SECRET_VECTORS);
  for (const { secretsAscii, stepSeconds, t0, digits, tests } of rfc6238.groups) {
    for (const { seconds, timeStep, codes } of tests) {
      expect(Math.floor((seconds - t0) / stepSeconds)).toBe(Number(timeStep));
      for (const algorithm of HASH_ALGORITHMS) {
        const secret = Buffer.from(secretsAscii[algorithm as HashAlgorithm], "ascii");
        const parameters = hotpParameters({ algorithm, digits });
        expect(expectedCode(secret, parameters, BigInt(timeStep))).toBe(codes[algorithm]);
      }
    }
  }
});

test("the rare codes are what their flags say", () => {
  const secret = Buffer.from(rareCodes.secretAscii, "ascii");
  const codeOf = (movingFactor: bigint) => expectedCode(secret, hotpParameters(), movingFactor);
  for (const { movingFactor, code, sameCodeAs, flags } of rareCodes.tests) {
    const at = BigInt(movingFactor);
    expect(codeOf(at)).toBe(code);
    if (sameCodeAs !== undefined) expect(codeOf(BigInt(sameCodeAs))).toBe(code);
    const away = BigInt(sameCodeAs ?? at) - at;
    if (flags.includes("all-zeros")) expect(code).toBe("000000");
    if (flags.includes("next-is-equal")) expect(away).toBe(1n);
    if (flags.includes("next-but-one-is-equal")) expect(away).toBe(2n);
    if (flags.includes("near-is-equal")) {
      expect(codeOf(at + 1n)).not.toBe(codeOf(at + away + 1n));
    }
  }
  expect(rareMovingFactors("all-zeros")).toEqual([349_495n, 59_995_833n]);
  expect(hotpRows("past-2-63").map(({ counter }) => counter)).toContain(2n ** 64n - 1n);
});

function objectSchemas(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== "object" || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectSchemas);
  return "type" in schema && schema.type === "object"
    ? [schema as Record<string, unknown>, ...inner]
    : inner;
}
