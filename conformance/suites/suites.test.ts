import { expect, test } from "vitest";
import { SUITES } from "./index.ts";

const SOURCES = new RegExp(
  "^(RFC \\d+ (§|Appendix )|AWS IAM |devices/|docs/serial-shell\\.md, |YKOATH protocol, |" +
    "CCID 1\\.1 §|YubiKey OTP over HID, )",
);
const CASES = SUITES.flatMap(({ name, cases }) => cases.map((one) => ({ suite: name, one })));

test("there are the suites, none of them empty", () => {
  const names = SUITES.map(({ name }) => name);
  expect(names).toEqual([
    "rfc4226",
    "rfc6238",
    "enrollment",
    "operations",
    "driver-contract",
    "clock",
    "provisioning",
    "robustness",
    "ykoath",
    "ccid",
    "hid-otp",
    "serial-shell",
    "endurance",
  ]);
  for (const { name, cases } of SUITES) {
    expect(cases.length, name).toBeGreaterThan(name === "endurance" ? 4 : 10);
  }
});

test("every case has an id of its own: suite, section, what", () => {
  const ids = CASES.map(({ one }) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { suite, one } of CASES) {
    expect(one.id).toMatch(/^[a-z0-9-]+\/[a-z0-9.-]+\/[a-z0-9-]+$/);
    expect(one.id.startsWith(`${suite}/`), one.id).toBe(true);
  }
});

test("aliases are row ids, and no case has one twice", () => {
  for (const { one } of CASES) {
    const aliases = one.aliases ?? [];
    expect(new Set(aliases).size, one.id).toBe(aliases.length);
    for (const alias of aliases) expect(alias, one.id).toMatch(/^[A-Z][0-9]{2}$/);
  }
});

test("titles are lower-case sentences or begin with a command, requirements are short and sourced", () => {
  const titles = new Map<string, string>();
  for (const { one } of CASES) {
    expect(one.title, one.id).toMatch(/^([a-z0-9]|[A-Z]{3,} |[A-Z][a-z]+[A-Z])/);
    expect(one.title, one.id).not.toMatch(/\.$/);
    expect(one.title.length, one.id).toBeLessThanOrEqual(120);
    const key = `${one.subject}: ${one.title}`;
    expect(titles.get(key), `${one.id} has the title of another case`).toBeUndefined();
    titles.set(key, one.id);
    expect(one.requirement.text.length, one.id).toBeGreaterThan(10);
    expect(one.requirement.text.length, one.id).toBeLessThanOrEqual(120);
    expect(one.requirement.source, one.id).toMatch(SOURCES);
  }
});

test("needs are named once, and those of a case with a rig say so", () => {
  for (const { one } of CASES) {
    expect(new Set(one.needs).size, one.id).toBe(one.needs.length);
  }
});
