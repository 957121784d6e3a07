import { describe, expect, test } from "vitest";
import { HASH_ALGORITHMS } from "../../core/oath/parameters.ts";
import { byHand, noble, otpauth, otplib, speakeasy } from "./judges.ts";
import { batch, decisions, decisionsTogether, oneCall } from "./ours.ts";
import { makeWork } from "./work.ts";

const JUDGES = {
  oneCall,
  batch,
  decisions,
  decisionsTogether,
  otplib,
  otpauth,
  speakeasy,
  byHand,
  noble,
} as const;

describe.each(Object.entries(JUDGES))("the contender %s", (name, make) => {
  const algorithms = HASH_ALGORITHMS.filter((hash) => name !== "batch" || hash !== "SHA512");

  test.each(algorithms)("takes every right code and no wrong one, %s", async (algorithm) => {
    for (const [codes, taken] of [
      ["right", 50],
      ["wrong", 0],
    ] as const) {
      const { run } = await make(makeWork({ algorithm, window: 1, codes }, 20));
      // Round again: 30 submissions after the first 20.
      expect(run(0, 20) + run(20, 30)).toBe(taken);
    }
  });
});

test("a batch is not asked for SHA-512", () => {
  const work = makeWork({ algorithm: "SHA512", window: 1, codes: "right" }, 4);
  expect(() => batch(work)).toThrow("SHA-512 has no batch");
});
