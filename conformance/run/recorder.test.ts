import { expect, test } from "vitest";
import { CaseRecorder, CaseSkipped } from "./recorder.ts";

function recorder(): { readonly recorder: CaseRecorder; readonly controller: AbortController } {
  const controller = new AbortController();
  return { recorder: new CaseRecorder(controller.signal), controller };
}

test("values that print alike but differ are told apart by their kind", () => {
  const { recorder: made } = recorder();
  made.equal("the counter", 1n, 1);
  expect(made.checks).toEqual([
    { what: "the counter", expected: "1 (number)", actual: "1 (bigint)", ok: false },
  ]);
});

test("of very many checks the failed ones have room beyond those that hold", () => {
  const { recorder: made } = recorder();
  for (let at = 0; at < 500; at++) made.holds(`check ${at}`, true);
  made.holds("the last", false);
  expect(made.checks).toHaveLength(401);
  expect(made.checks.at(-1)).toMatchObject({ what: "the last", ok: false });
  expect([made.made, made.failed, made.left]).toEqual([501, 1, 100]);
  for (let at = 0; at < 500; at++) made.holds(`failed ${at}`, false);
  expect(made.checks).toHaveLength(800);
  expect(made.failed).toBe(501);
});

test("notes are one line each, bounded in length and number", () => {
  const { recorder: made } = recorder();
  made.note("two\nlines");
  made.note("x".repeat(5000));
  for (let at = 0; at < 100; at++) made.note(`note ${at}`);
  expect(made.notes[0]).toBe("two\\nlines");
  expect(made.notes[1]).toHaveLength(2000);
  expect(made.notes).toHaveLength(51);
  expect(made.notes.at(-1)).toBe("… further notes are left out");
});

test("a case that is over can neither check nor note nor skip", () => {
  const { recorder: made, controller } = recorder();
  controller.abort(new Error("over"));
  expect(() => made.holds("it", true)).toThrow("over");
  expect(() => made.equal("it", 1, 1)).toThrow("over");
  expect(() => made.note("it")).toThrow("over");
  expect(() => made.skip("it")).toThrow("over");
  expect(made.made).toBe(0);
});

test("a skip carries its reason", () => {
  expect(() => recorder().recorder.skip("not here")).toThrow(new CaseSkipped("not here"));
});
