import { expect, test } from "vitest";
import type { ReportSubject } from "../report.ts";
import { repeatCommand, shellWord } from "./repeat.ts";

function subject(name: string, kind: ReportSubject["kind"]): ReportSubject {
  return { name, kind, driver: "", description: "", facts: [], unavailable: "" };
}

test.each<[string, ReportSubject["kind"], string]>([
  ["serial:/dev/ttyACM0", "token", "conformance --device serial:/dev/ttyACM0"],
  ["library", "verifier", "conformance verifier --target library"],
  ["virtual + library", "pair", "conformance --device virtual --target library"],
])("the command for %s, a %s", (name, kind, expected) => {
  const of = { id: "a/1/b", subject: subject(name, kind), randomSeed: 7, strict: false };
  expect(repeatCommand(of)).toBe(`oathbed ${expected} --only a/1/b --random-seed 7`);
  expect(repeatCommand({ ...of, strict: true })).toMatch(/ --random-seed 7 --strict$/);
});

test("words that a shell would take apart are quoted", () => {
  expect(shellWord("desk drawer")).toBe("'desk drawer'");
  expect(shellWord("it's; rm -rf *")).toBe("'it'\\''s; rm -rf *'");
  expect(shellWord("")).toBe("''");
  expect(shellWord("serial:/dev/ttyACM0")).toBe("serial:/dev/ttyACM0");
});
