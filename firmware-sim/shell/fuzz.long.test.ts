import { expect, test } from "vitest";
import { testShell } from "../testing/shell.ts";
import { fuzzFlipper, fuzzShell } from "../testing/shell-fuzz.ts";

const CHUNKS = 1_000_000;

test(`line shells answer ${CHUNKS} random chunks, each dialect its share`, () => {
  const share = Math.ceil(CHUNKS / 3);
  expect(() => fuzzShell(testShell("complete"), share, 11)).not.toThrow();
  expect(() => fuzzShell(testShell("arduino"), share, 12)).not.toThrow();
  expect(() => fuzzFlipper(share, 13)).not.toThrow();
});
