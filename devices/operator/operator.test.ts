// The operator driver with a script in the place of the person.

import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { failure } from "../testing/contract-bench.ts";
import { formatOperatorAddress, parseOperatorAddress } from "./address.ts";
import { parseCodeLine } from "./code-file.ts";
import { type ScriptedAnswer, ScriptedTerminal } from "./scripted-terminal.ts";
import { StreamTerminal, type TerminalInput } from "./stream-terminal.ts";
import { collectTaps, offsetOfTaps } from "./taps.ts";
import { TerminalDevice } from "./terminal-device.ts";

const NEVER = new AbortController().signal;
const secret = rfc4226Secret();

function device(answers: readonly ScriptedAnswer[]) {
  const terminal = new ScriptedTerminal(answers);
  const log: string[] = [];
  const token = new TerminalDevice({
    terminal,
    address: "terminal",
    log: ({ text }) => log.push(text),
  });
  return { terminal, log, token };
}

test("shows the key as a QR code, and takes codes as they are typed", async () => {
  const { token, terminal, log } = device(["", "942 870 82", "7552241"]);
  await token.provision({ name: "phone", secret, parameters: totpParameters({ digits: 8 }) });
  expect(terminal.shown[0]).toMatch(/█/);
  expect(await token.readTotp()).toEqual({ code: "94287082" });
  await expect(token.readTotp({ timeoutMs: 30 })).rejects.toMatchObject({ code: "timed-out" });
  expect(log.join("\n")).toContain("code 94287082");
  expect(log.join("\n")).not.toMatch(/GEZDG|12345678|otpauth/);
});

test("takes six digits where eight were asked for: some apps show no more", async () => {
  const { token } = device(["", "755224"]);
  await token.provision({ name: "phone", secret, parameters: totpParameters({ digits: 8 }) });
  expect(await token.readTotp({ credential: "phone" })).toEqual({ code: "755224" });
});

test("asks again when something else was typed, three times at most", async () => {
  const { token, terminal } = device(["what?", "755 22", "755224", "", "x", "y"]);
  expect(await token.readTotp()).toEqual({ code: "755224" });
  expect(terminal.shown.join("\n")).toContain("6 digits is wanted; there were 5");
  expect(await failure(token.readTotp())).toBe("protocol");
});

test("a garbled layout is named to the person", async () => {
  const { token, terminal, log } = device(["è((éé'"]);
  expect(await token.readTotp()).toEqual({ code: "755224" });
  expect(terminal.shown.join("\n")).toContain("AZERTY (French)");
  expect(log).toContain("typed on the keyboard layout AZERTY (French)");
});

test("what the person refuses, or cannot do, is an error by name", async () => {
  const { token } = device(["n", "\x03", "755224"]);
  const parameters = hotpParameters();
  const credential = { name: "a", secret, parameters };
  expect(await failure(token.provision(credential))).toBe("refused");
  expect(await failure(token.readTotp())).toBe("cancelled");
  expect(await failure(token.readHotp({ counter: 1n }))).toBe("not-supported");
  expect(await failure(token.list())).toBe("not-supported");
  expect(await failure(token.setTime(59))).toBe("not-supported");
  const impossible = { ...credential, parameters: totpParameters({ t0: 1 }) };
  expect(await failure(token.provision(impossible))).toBe("bad-argument");
  expect(await token.readHotp()).toEqual({ code: "755224" });
  await token.close();
  expect(await failure(token.readTotp())).toBe("closed");
});

test("a tap bounds the change of the display by the reaction of a person", async () => {
  const keys = [10_000_000, 10_050_000, 40_000_000].map((atUs) => ({ key: " ", atUs }));
  const terminal = new ScriptedTerminal([], keys);
  expect(await collectTaps(terminal, 2, NEVER)).toEqual([
    { notBeforeUs: 9_400_000, notAfterUs: 9_850_000 },
    { notBeforeUs: 39_400_000, notAfterUs: 39_850_000 },
  ]);
  const cancelled = new ScriptedTerminal([], [{ key: "\x03", atUs: 0 }]);
  expect(await failure(collectTaps(cancelled, 1, NEVER))).toBe("cancelled");
  await expect(collectTaps(terminal, 0, NEVER)).rejects.toThrow(RangeError);
  const late = collectTaps(new ScriptedTerminal(), 1, AbortSignal.timeout(10));
  await expect(late).rejects.toThrow(/timeout/i);
});

test("taps at three changes bound the clock of the token", async () => {
  const keys = [30.1, 60.5, 90.4].map((seconds) => ({ key: " ", atUs: seconds * 1_000_000 }));
  const terminal = new ScriptedTerminal([], keys);
  const token = new TerminalDevice({ terminal, address: "terminal", log: () => {} });
  const changes = await token.taps(3);
  // Changes 0.6 to 0.15 s before each tap: 29.5 to 29.95, 59.9 to 60.35, 89.8 to 90.25.
  expect(offsetOfTaps(changes, 30)).toEqual({ leastUs: 50_000, mostUs: 100_000 });
  expect(offsetOfTaps(changes, 60)).toBeUndefined();
  expect(offsetOfTaps([], 30)).toBeUndefined();
});

function streams() {
  const input = new PassThrough();
  const output = new PassThrough();
  const raw: boolean[] = [];
  const clock = new SimulatedClock(5_000_000);
  const asTerminal: TerminalInput = Object.assign(input, {
    setRawMode: (isRaw: boolean) => raw.push(isRaw),
  });
  return { input, output, raw, clock, asTerminal };
}

test("lines of a pipe answer one question each, and its end is told", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const clock = new SimulatedClock(0);
  using terminal = new StreamTerminal({ input, output, clock });
  input.end("755224\n287 082\n");
  expect(await terminal.ask("first?", NEVER)).toBe("755224");
  expect(await terminal.ask("second?", NEVER)).toBe("287 082");
  expect(await failure(terminal.ask("third?", NEVER))).toBe("disconnected");
  expect(output.read().toString()).toBe("first? second? third? ");
});

test("keys come raw with their time, and the terminal is given back", async () => {
  const { input, output, raw, clock, asTerminal } = streams();
  using terminal = new StreamTerminal({ input: asTerminal, output, clock });
  const seen: unknown[] = [];
  queueMicrotask(() => input.write(" "));
  for await (const press of terminal.keys(NEVER)) {
    seen.push(press);
    break;
  }
  expect(seen).toEqual([{ key: " ", atUs: 5_000_000 }]);
  expect(raw).toEqual([true, false]);
  input.write("\x03");
  const next = terminal.keys(NEVER)[Symbol.asyncIterator]().next();
  expect(await failure(next)).toBe("cancelled");
  expect(raw).toEqual([true, false, true, false]);
});

test.each(["terminal", "terminal?png=/a/key.png", "file:/dev/fd/3", "file:codes.csv"])(
  "reads and writes the address %s",
  (address) => {
    expect(formatOperatorAddress(parseOperatorAddress(address))).toBe(address);
  },
);

test.each(["person", "terminal?", "file:", "terminal?png=", "file:a\nb"])(
  "refuses the address %j and says how one is written",
  (address) => {
    expect(() => parseOperatorAddress(address)).toThrow(
      expect.objectContaining({ code: "not-found", hint: expect.stringContaining("file:PATH") }),
    );
  },
);

test.each([
  ["T-1,1767225600,1767225600.5,755224", { serial: "T-1", notAfter: 1_767_225_600.5 }],
  ["  a,1,2,94287082\r", { code: "94287082", notBefore: 1 }],
])("reads the line %j", (line, expected) => {
  expect(parseCodeLine(line)).toMatchObject({ kind: "code", ...expected });
});

test.each([
  ["a,2,1,755224", /notBefore must not be after/],
  ["a,1,2,75522", /6 to 10 digits/],
  ["a,1,2,75522x", /6 to 10 digits/],
  [",1,2,755224", /serial/],
  ["a,now,2,755224", /Unix seconds/],
  ["a,1,2,755224,5", /more than four/],
  [`a,1,2,${"1".repeat(600)}`, /too long/],
])("refuses the line %j and names the field", (line, problem) => {
  expect(parseCodeLine(line)).toEqual({
    kind: "malformed",
    problem: expect.stringMatching(problem),
  });
});

test.each(["", "  ", "# a comment"])("passes over %j", (line) => {
  expect(parseCodeLine(line)).toEqual({ kind: "empty" });
});
