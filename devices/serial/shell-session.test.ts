// The host's side of the shell against tokens made up here: late, reset, mad.

import { expect, test } from "vitest";
import { ShellSession } from "./shell-session.ts";

const NEVER = new AbortController().signal;

/** A session with a token that answers what `reply` gives; undefined: not at all. */
function sessionWith(reply: (line: string, at: number) => string | undefined): {
  readonly session: ShellSession;
  readonly sent: string[];
  readonly log: string[];
  readonly say: (text: string) => void;
} {
  const sent: string[] = [];
  const log: string[] = [];
  const say = (text: string): void => session.receive(Buffer.from(text, "latin1"));
  const session: ShellSession = new ShellSession(
    (bytes) => {
      const line = Buffer.from(bytes).toString("latin1").trimEnd();
      const answer = reply(line, sent.push(line) - 1);
      if (answer !== undefined) queueMicrotask(() => say(answer));
    },
    ({ text }) => log.push(text),
  );
  return { session, sent, log, say };
}

function echoing(line: string, body: string): string {
  return `${line}\n${body}\n$ `;
}

test("gives the answer without its echo, behind a marker at first", async () => {
  const { session, sent } = sessionWith((line) => echoing(line, "59\n"));
  expect(await session.ask("time", NEVER)).toBe("59\n");
  expect(await session.ask("time", NEVER)).toBe("59\n");
  expect(sent).toEqual(["#1", "time", "time"]);
});

test("a bare prompt answers nothing", async () => {
  const { session } = sessionWith((line) => `\n$ \n$ ${echoing(line, "59\n")}`);
  expect(await session.ask("time", NEVER)).toBe("59\n");
});

test("late answers in the same piece as the marker's are thrown away", async () => {
  const { session } = sessionWith((line) =>
    line.startsWith("#")
      ? `${echoing("time", "1\n")}${echoing("time", "2\n")}${echoing(line, "")}`
      : echoing(line, "3\n"),
  );
  expect(await session.ask("time", NEVER)).toBe("3\n");
});

test("what comes when nobody asked puts a marker before the next command", async () => {
  const { session, sent, log, say } = sessionWith((line) => echoing(line, "59\n"));
  await session.ask("time", NEVER);
  say("late\n$ ");
  await session.ask("time", NEVER);
  say("half of a late ans");
  await session.ask("time", NEVER);
  expect(sent).toEqual(["#1", "time", "#2", "time", "#3", "#4", "time"]);
  expect(log).toContain("thrown away: late");
});

test("an answer that does not begin with the echo is damage", async () => {
  const { session } = sessionWith((line) =>
    line === "time" ? echoing("tame", "1\n") : echoing(line, ""),
  );
  await expect(session.ask("time", NEVER)).rejects.toMatchObject({ code: "protocol" });
});

test("an answer without end is damage, and its memory is bounded", async () => {
  const { session, log } = sessionWith((line) =>
    line === "list" ? `list\n${"x".repeat(100_000)}\n$ ` : echoing(line, "ok\n"),
  );
  await expect(session.ask("list", NEVER)).rejects.toThrow(/longer than any/);
  expect(await session.ask("time", NEVER)).toBe("ok\n");
  expect(Math.max(...log.map((text) => text.length))).toBeLessThan(300);
});

test("a token that answers everything with noise is given up", async () => {
  const { session, sent } = sessionWith((line) => `?${line}\n$ `);
  await expect(session.ask("time", NEVER)).rejects.toThrow("every answer arrives damaged");
  expect(sent).toHaveLength(20);
});

test("a token that never stops talking is stopped by the signal", async () => {
  const { session, say } = sessionWith(() => undefined);
  const controller = new AbortController();
  const asked = session.ask("time", controller.signal);
  for (let at = 0; at < 3000; at++) say("chatter\n$ ");
  controller.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});

test("a board that its port has reset is waited for without a word", async () => {
  let isUp = false;
  const { session, sent, say } = sessionWith((line) => (isUp ? echoing(line, "") : undefined));
  const greeted = session.greet({ atOnceMs: 5, resetMs: 10_000 }, NEVER);
  const boot = setInterval(() => {
    if (sent.length < 1) return;
    clearInterval(boot);
    isUp = true;
    say("boot loader 1.0\n$ ");
  }, 20);
  await greeted;
  expect(sent[0]).toBe("#1");
  expect(sent.length).toBeLessThanOrEqual(3);
});

test("a board that shows no prompt after its reset is asked again", async () => {
  const { session, sent } = sessionWith((line, at) => (at >= 1 ? echoing(line, "") : undefined));
  await session.greet({ atOnceMs: 5, resetMs: 5 }, NEVER);
  expect(sent).toEqual(["#1", "#2"]);
});

test.each([
  ["keyhex 3132333435363738", "3132333435363738"],
  ["key 12345678", "12345678"],
])("the log of %s shows neither the secret nor a damaged echo of it", async (line, secret) => {
  const { session, log, say } = sessionWith((sent) =>
    sent === line ? `${line.slice(1)}\nok\n\n$ ` : echoing(sent, ""),
  );
  await expect(session.ask(line, NEVER)).rejects.toMatchObject({ code: "protocol" });
  say(`more of it: ${secret}\n$ `);
  await session.ask("time", NEVER);
  expect(log.join("\n")).not.toContain(secret.slice(0, 6));
});
