// The example sessions of docs/serial-shell.md, byte for byte.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testShell } from "../testing/shell.ts";
import { COMPLETE_COMMANDS } from "./complete.ts";

const DOCUMENT = readFileSync(new URL("../../docs/serial-shell.md", import.meta.url), "utf8");

const FENCE = "```";

function sessionOf(dialect: string): string {
  const block = new RegExp(`^${FENCE}session ${dialect}\\n(.*?)\\n${FENCE}$`, "ms").exec(DOCUMENT);
  expect(block, `a session of the ${dialect} dialect`).not.toBeNull();
  return block?.[1] ?? "";
}

test.each(["arduino", "complete"] as const)(
  "the session of the %s dialect is what happens",
  (dialect) => {
    const session = sessionOf(dialect);
    const commands = [...session.matchAll(/^\$ (.+)$/gm)].map(([, command = ""]) => command);
    expect(commands.length).toBeGreaterThan(10);
    const { shell, taken } = testShell(dialect);
    shell.powerOn();
    for (const command of commands) shell.receive(Buffer.from(`${command}\n`));
    expect(taken()).toBe(`\n${session}`);
  },
);

test("every command of the complete dialect is documented", () => {
  for (const word of COMPLETE_COMMANDS) {
    expect(DOCUMENT).toMatch(new RegExp(`^\\| .*\`${word}[ \`].*\\|`, "m"));
  }
});
