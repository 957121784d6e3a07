import { expect, test } from "vitest";
import type { ConformanceCase, Level, Suite } from "../case.ts";
import { NothingSelected, type Selection, sectionOf, selectCases } from "./selection.ts";

function make(id: string, level: Level, aliases: readonly string[] = []): ConformanceCase {
  return {
    id,
    aliases,
    title: `${id} is true`,
    requirement: { text: "The verifier MUST accept", source: "RFC 6238 §5.2" },
    level,
    subject: "verifier",
    needs: [],
    run: async () => {},
  };
}

const SUITES: readonly Suite[] = [
  {
    name: "rfc6238",
    title: "TOTP",
    cases: [
      make("rfc6238/5.2/replayed-code", "MUST", ["R01"]),
      make("rfc6238/5.2/replayed-code-again", "MUST"),
      make("rfc6238/5/window", "SHOULD"),
      make("rfc6238/52/other", "MAY"),
    ],
  },
  { name: "enrollment", title: "Enrollment", cases: [make("enrollment/late", "MUST", ["E7"])] },
];

function ids(selection: Selection): readonly string[] {
  return selectCases(SUITES, selection).map((selected) => selected.case.id);
}

test("without a selection all cases are taken, in order, each with its suite", () => {
  expect(selectCases(SUITES).map(({ suite, case: { id } }) => `${suite} ${id}`)).toEqual([
    "rfc6238 rfc6238/5.2/replayed-code",
    "rfc6238 rfc6238/5.2/replayed-code-again",
    "rfc6238 rfc6238/5/window",
    "rfc6238 rfc6238/52/other",
    "enrollment enrollment/late",
  ]);
});

test.each<[string, Selection, readonly string[]]>([
  ["suite", { suites: ["enrollment"] }, ["enrollment/late"]],
  ["id, whole", { ids: ["rfc6238/5.2/replayed-code"] }, ["rfc6238/5.2/replayed-code"]],
  ["alias", { ids: ["R01", "E7"] }, ["rfc6238/5.2/replayed-code", "enrollment/late"]],
  ["beginning of an id", { ids: ["rfc6238/52/"] }, ["rfc6238/52/other"]],
  [
    "section, with those in it",
    { sections: ["5"] },
    ["rfc6238/5.2/replayed-code", "rfc6238/5.2/replayed-code-again", "rfc6238/5/window"],
  ],
  ["level", { levels: ["SHOULD", "MAY"] }, ["rfc6238/5/window", "rfc6238/52/other"]],
  ["text, whatever its case", { grep: "WINDOW is" }, ["rfc6238/5/window"]],
  ["text of an alias", { grep: "e7" }, ["enrollment/late"]],
  [
    "all criteria at once",
    { sections: ["5.2"], levels: ["MUST"], grep: "again" },
    ["rfc6238/5.2/replayed-code-again"],
  ],
])("cases are taken by %s", (_, selection, expected) => {
  expect(ids(selection)).toEqual(expected);
});

test.each<[string, Selection, string]>([
  ["suite", { suites: ["rfc9999"] }, 'no suite is called "rfc9999"; there are rfc6238, enrollment'],
  ["section", { sections: ["9"] }, 'no section is called "9"; there are 5.2, 5, 52'],
  [
    "case, alike",
    { ids: ["rfc6238/5.3/replayed"] },
    'no case is called "rfc6238/5.3/replayed"; did you mean rfc6238/5.2/replayed-code or ' +
      "rfc6238/5.2/replayed-code-again?",
  ],
  ["case", { ids: ["R1"] }, 'no case is called "R1"; the suites are rfc6238, enrollment'],
  [
    "no case that fits all",
    { suites: ["enrollment"], levels: ["MAY"] },
    "none of the 5 cases fits all of: suites enrollment; levels MAY",
  ],
])("an unknown or empty selection is refused with what there is: %s", (_, selection, message) => {
  expect(() => ids(selection)).toThrow(NothingSelected);
  expect(() => ids(selection)).toThrow(message);
});

test("one wrong name among right ones is refused, not passed over", () => {
  expect(() => ids({ ids: ["R01", "R99"] })).toThrow('"R99"');
});

test("no cases at all are said to be none", () => {
  expect(() => selectCases([])).toThrow("there are no cases");
});

test("the section is the second of three parts", () => {
  expect(sectionOf("rfc6238/5.2/replayed-code")).toBe("5.2");
  expect(sectionOf("enrollment/late")).toBe("");
});
