import { expect, test } from "vitest";
import { UDEV_FILE_NAME, UDEV_INSTALLATION, udevRules } from "./udev.ts";

const rules = udevRules()
  .split("\n")
  .filter((line) => line.startsWith("SUBSYSTEM"));

test("every token is opened over USB, hidraw and serial ports, for the user at the seat", () => {
  expect(rules.length).toBeGreaterThan(15);
  for (const rule of rules) expect(rule).toContain('TAG+="uaccess"');
  for (const vendor of ["1050", "20a0", "316d", "1d50", "16c0", "0483"]) {
    const own = rules.filter((rule) => rule.includes(`{idVendor}=="${vendor}"`));
    for (const subsystem of ["usb", "hidraw", "tty"]) {
      expect(own.some((rule) => rule.startsWith(`SUBSYSTEM=="${subsystem}"`))).toBe(true);
    }
  }
});

test("nothing is opened to the world, nor to a group", () => {
  expect(udevRules()).not.toMatch(/MODE|GROUP|OWNER|RUN|PROGRAM/);
});

test("vendors that make other things are named with their products", () => {
  const flipper = rules.filter((rule) => rule.includes('"0483"'));
  for (const rule of flipper) expect(rule).toMatch(/idProduct\}=="5740"/);
});

test("matches and assignments have the form of udev(7), and jumps end", () => {
  const pair = /^[A-Z_]+(?:\{[A-Za-z_]+\})?(?:==|\+=|=)"[^"]*"$/;
  const text = udevRules();
  for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    for (const part of line.split(", ")) expect(part).toMatch(pair);
  }
  expect(text.indexOf('LABEL="oathbed_end"')).toBeGreaterThan(text.indexOf("GOTO"));
  expect(text.endsWith("\n")).toBe(true);
});

test("the file stands before the rules that act on the tag", () => {
  expect(UDEV_FILE_NAME < "73-seat-late.rules").toBe(true);
  expect(UDEV_INSTALLATION.join("\n")).toContain(`/etc/udev/rules.d/${UDEV_FILE_NAME}`);
});
