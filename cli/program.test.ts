import { describe, expect, test } from "vitest";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { parseCommandLine } from "./program.ts";
import { UsageError } from "./usage-error.ts";

const parse = (line: string): ReturnType<typeof parseCommandLine> =>
  parseCommandLine(line.split(" ").filter(Boolean), COMMANDS, "1.2.3");

/** Path and command of every command, subcommands included. */
function everyCommand(
  commands: readonly Command[] = COMMANDS,
  above: readonly string[] = [],
): readonly (readonly [path: string, command: Command])[] {
  return commands.flatMap((command) => {
    const path = [...above, command.name.split(" ")[0] ?? ""];
    return [[path.join(" "), command] as const, ...everyCommand(command.subcommands, path)];
  });
}

async function refusal(line: string): Promise<UsageError> {
  const error = await parse(line).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return error as UsageError;
}

describe("help", () => {
  test.each(everyCommand())(
    "%s tells what it is, its options and examples",
    async (path, command) => {
      const help = await parse(`${path} --help`);
      const text = help.kind === "text" ? help.text : "";
      expect(text).toContain(`oathbed ${path}`);
      expect(text).toContain(command.summary);
      for (const name of Object.keys(command.options)) expect(text).toContain(`--${name}`);
      if (command.run !== undefined) expect(text).toContain("Examples:");
    },
  );

  test.each(
    everyCommand().flatMap(([, command]) => command.examples.map(([line]) => [line, command.name])),
  )("the example %s can be run", async (line, name) => {
    const parsed = await parse(line.replace(/^oathbed /, ""));
    expect(parsed.kind === "run" && parsed.command.name).toBe(name);
  });

  test("the version is that of package.json", async () => {
    expect(await parse("--version")).toEqual({ kind: "text", text: "1.2.3\n" });
  });
});

describe("what is misspelled", () => {
  test.each([
    ["plicy show", 'oathbed has no command "plicy"', "did you mean oathbed policy?"],
    ["policy shw", 'oathbed policy has no command "shw"', "did you mean oathbed policy show?"],
    ["policy show --jsn", "oathbed policy show has no option --jsn", "did you mean --json?"],
    [
      "conformance --devise virtual",
      "oathbed conformance has no option --devise",
      "did you mean --device?",
    ],
    [
      "conformance verifer",
      'oathbed conformance has no command "verifer"',
      "did you mean oathbed conformance verifier?",
    ],
  ])("%s gets a suggestion", async (line, message, hint) => {
    expect(await refusal(line)).toMatchObject({ message, hint });
  });

  test.each([
    ["", "no command given"],
    ["policy", "oathbed policy needs one of: show"],
    ["zzzzzz", 'oathbed has no command "zzzzzz"'],
    ["policy show more", 'oathbed policy show takes no further word "more"'],
    ["policy show -x", "oathbed policy show has no option -x"],
    ["policy show --no-json", "oathbed policy show has no option --no-json"],
    ["policy show --preset", "not enough arguments following: preset"],
    ["policy show --preset aws --preset aws", "--preset is given twice"],
    ["bench --duration 5 --duration 6", "--duration is given twice"],
    ["token run", "missing required argument: attach"],
    ["verify alice -- 1 2", 'there is no argument for "2"'],
    ["report show", "not enough non-option arguments: got 0, need at least 1"],
    [
      "conformance verifier --max-weight 5",
      "oathbed conformance verifier has no option --max-weight",
    ],
  ])("%j is refused in words", async (line, message) => {
    const error = await refusal(line);
    expect(error.message).toBe(message);
    expect(error.hint).not.toBe("");
  });

  test("a value outside its choices is refused with the choices", async () => {
    const error = await refusal("policy show --preset x");
    expect(error.message).toContain('Choices: "rfc6238", "aws", "default"');
  });
});

describe("values", () => {
  test.each([
    ["verify alice 012345", { label: "alice", code: "012345" }],
    ["verify alice -12345", { label: "alice", code: "-12345" }],
    ["verify alice 1e5", { label: "alice", code: "1e5" }],
    ["verify alice １２３４５６", { label: "alice", code: "１２３４５６" }],
    ["verify alice -- --json", { label: "alice", code: "--json", json: false }],
    ["resync alice -- -1 -2", { codes: ["-1", "-2"] }],
    ["resync alice 000001 000002", { codes: ["000001", "000002"] }],
    ["conformance --device a --device b", { device: ["a", "b"] }],
  ])("%s keeps its texts as they are", async (line, values) => {
    const parsed = await parse(line);
    expect(parsed.kind === "run" && parsed.args).toMatchObject(values);
  });

  test("an option that may be repeated does not take the words behind its value", async () => {
    const parsed = await parse("conformance --device virtual verifier").catch((e: unknown) => e);
    expect(parsed).toMatchObject({ message: expect.stringContaining("no option --device") });
  });
});
