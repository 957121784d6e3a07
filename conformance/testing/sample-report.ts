// A report as a run gives it, made by the runner over fakes, with every status in it, the lives of
// two tokens and figures: what the reports' tests print.

import { describeSecret } from "../../core/oath/secret.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import type { WireEntry } from "../../devices/driver.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Level, Suite, TokenCase, VerifierCase } from "../case.ts";
import { parseExpectations } from "../expectations.ts";
import type { CaseResult, Figure, OffsetPoint, Report, TokenTimeline } from "../report.ts";
import { run } from "../runner.ts";
import { FAKE_START_US, FAKE_TOTP, fakeTarget, fakeToken } from "./fakes.ts";

const SECRET_TEXT = "12345678901234567890";
const SECRET: Uint8Array = new TextEncoder().encode(SECRET_TEXT);
const DAY_US = 86_400e6;

/** Forms of the secret that the sample's cases write; none may be in any report. */
export const SAMPLE_SECRET_FORMS: readonly string[] = [
  SECRET_TEXT,
  Buffer.from(SECRET).toString("hex"),
  "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
];

/** Texts that break reports which print them as they are. */
export const HOSTILE_TEXTS: readonly string[] = [
  "</script><script>alert(1)</script>",
  "]]> --> <![CDATA[ &amp; &#0; ' \"",
  "nul \u0000 bell \u0007 escape \u001b[31mred\u001b[0m c1 \u009b31m del \u007f",
  "emoji 👩‍👩‍👧‍👦 and 🔑, wide 日本語, combining e\u0301, right-to-left \u202eabc",
  "lone \ud800 surrogate, noncharacter \uffff, line \u2028 separator",
  "two\nlines\r\nand a\ttab",
  `very long: ${"0123456789abcdef ".repeat(300)}`,
  `${"unbreakable".repeat(60)}`,
  "`x` \\ %s %c __proto__ constructor",
];

/** A finished run over two tokens, one that is not there, and a server; the same every time. */
export async function sampleReport(): Promise<Report> {
  const report = await run({
    suites: SUITES,
    tokens: [
      fakeToken({ name: "virtual", wire: WIRE }),
      fakeToken({
        name: "drifting-clock",
        wire: WIRE,
        capabilities: { setTime: false },
      }),
      fakeToken({
        name: "serial:emulated",
        onOpen: () => {
          throw new DeviceError("unsupported-platform", "no pseudo-terminals on win32", {
            hint: "run it on Linux",
          });
        },
      }),
    ],
    targets: [fakeTarget({ right: ["755224"] })],
    randomSeed: 42,
    command: "oathbed conformance --device virtual --device drifting-clock --random-seed 42",
    toolVersion: "0.1.0",
    hostClock: new SimulatedClock(FAKE_START_US),
    expectations: [known("virtual", ["rfc6238/4.2/t0"]), known("fake-server", [FIXED])],
  });
  return {
    ...report,
    durationMs: 1423.7,
    environment: [
      { name: "node", value: "v24.21.0" },
      { name: "platform", value: "linux 6.12 x64" },
    ],
    timelines: [steadyYear(), driftingYear()],
    figures: FIGURES,
  };
}

/** `report` with the hostile texts in every place that holds a text, names of subjects too. */
export function hostile(report: Report): Report {
  let at = 0;
  const text = (): string => HOSTILE_TEXTS[at++ % HOSTILE_TEXTS.length] ?? "";
  const names = new Map(report.subjects.map(({ name }) => [name, `${name} ${text()}`]));
  const named = <T extends { readonly subject: string }>(one: T): T => {
    return { ...one, subject: names.get(one.subject) ?? one.subject };
  };
  const facts = [{ name: text(), value: text() }];
  return {
    ...report,
    command: text(),
    environment: facts,
    notices: HOSTILE_TEXTS,
    subjects: report.subjects.map((subject) => ({
      ...subject,
      name: names.get(subject.name) ?? subject.name,
      description: text(),
      facts,
      unavailable: subject.unavailable === "" ? "" : text(),
    })),
    results: report.results.map((result) => hostileResult(named(result), text)),
    timelines: report.timelines.map((one) => ({ ...named(one), story: HOSTILE_TEXTS })),
    figures: report.figures.map((one) => ({ ...named(one), name: text(), unit: text() })),
  };
}

function hostileResult(result: CaseResult, text: () => string): CaseResult {
  return {
    ...result,
    id: `${result.id} ${text()}`,
    suite: `${result.suite} ${text()}`,
    title: text(),
    aliases: [text()],
    requirement: { text: text(), source: text() },
    reason: text(),
    notes: HOSTILE_TEXTS,
    checks: result.checks.map((check) => {
      return { ...check, what: text(), expected: text(), actual: text() };
    }),
    wire: HOSTILE_TEXTS.map((line) => ({ atUs: 0, direction: "from-token", text: line })),
    repeat: text(),
  };
}

const FIXED = "enrollment/2/late-codes";

function known(subject: string, ids: readonly string[]) {
  const knownFailures = ids.map((id) => ({ case: id, reason: "its firmware rounds to minutes" }));
  return parseExpectations(JSON.stringify({ version: 1, subject, knownFailures }), subject);
}

const WIRE: readonly WireEntry[] = [
  { atUs: 0, direction: "event", text: "opened" },
  { atUs: 120, direction: "to-token", text: "time 1767225600" },
  { atUs: 690, direction: "from-token", text: "ok" },
  { atUs: 1_040, direction: "to-token", text: `keyhex <${describeSecret(SECRET)}>` },
  { atUs: 1_730, direction: "from-token", text: "ok" },
  { atUs: 30_002_210, direction: "to-token", text: "totp" },
  { atUs: 30_003_020, direction: "from-token", text: "081804" },
];

function head(id: string, title: string, level: Level, source: string, text: string) {
  return { id, title, level, requirement: { source, text }, needs: [] } as const;
}

function onToken(about: Omit<TokenCase, "run" | "subject">, run: TokenCase["run"]): TokenCase {
  return { ...about, subject: "token", run };
}

function onServer(
  about: Omit<VerifierCase, "run" | "subject">,
  run: VerifierCase["run"],
): VerifierCase {
  return { ...about, subject: "verifier", run };
}

const APPENDIX_D = ["755224", "287082", "359152", "969429", "338314"] as const;

const RFC4226: Suite = {
  name: "rfc4226",
  title: "HOTP",
  cases: [
    ...APPENDIX_D.map((code, counter) =>
      onToken(
        head(
          `rfc4226/d/counter-${counter}`,
          `counter ${counter} of Appendix D gives ${code}`,
          "MUST",
          "RFC 4226 Appendix D",
          "The table gives the HOTP values of the secret for the first ten counters.",
        ),
        async (t) => t.equal(`the code of counter ${counter}`, code, code),
      ),
    ),
    onServer(
      head(
        "rfc4226/7.2/replayed-code",
        "a code is refused the second time",
        "MUST",
        "RFC 4226 §7.2",
        "The server increments its counter after a successful validation.",
      ),
      async (t) => {
        const target = await t.open();
        const token = { secret: SECRET, parameters: FAKE_TOTP };
        const id = await target.create(token);
        t.accepted("the code, the first time", await target.submit(id, "755224", 60e6));
        t.accepted("the code of the next step", await target.submit(id, "755224", 90e6));
      },
    ),
    onToken(
      head(
        "rfc4226/5.3/leading-zeros",
        "a code keeps its leading zeros",
        "SHOULD",
        "RFC 4226 §5.3",
        "Implementations extract a value of at least 6 digits.",
      ),
      async (t) => t.equal("the code as shown", "81804", "081804"),
    ),
  ],
};

const RFC6238: Suite = {
  name: "rfc6238",
  title: "TOTP",
  cases: [
    onToken(
      head(
        "rfc6238/b/sha1-59",
        "59 s after the epoch SHA-1 gives 94287082",
        "MUST",
        "RFC 6238 Appendix B",
        "The test token shared secret gives these values at these times.",
      ),
      async (t) => {
        await t.provision(SECRET, { ...FAKE_TOTP, digits: 8 });
        t.equal("the code at 59 s", (await t.totpAt(59)).code, "94287082");
        t.note(`the secret was ${SAMPLE_SECRET_FORMS.join(" or ")}`);
      },
    ),
    onToken(
      {
        ...head(
          "rfc6238/b/sha512-59",
          "59 s after the epoch SHA-512 gives 90693936",
          "MAY",
          "RFC 6238 §1.2",
          "TOTP implementations MAY use HMAC-SHA-256 or HMAC-SHA-512.",
        ),
        needs: ["sha512"],
      },
      async (t) => t.holds("it", true),
    ),
    onToken(
      head(
        "rfc6238/4.2/t0",
        "the Unix time to start counting steps can be set",
        "MUST",
        "RFC 6238 §4.1",
        "T0 is the Unix time to start counting time steps and is a system parameter.",
      ),
      async (t) => t.holds("the code moves with T0", t.device.capabilities.setTime === false),
    ),
    onToken(
      head(
        "rfc6238/5.2/port-vanishes",
        "a token that vanishes is told from one that is wrong",
        "MAY",
        "driver contract",
        "A port that is gone ends the case as an error of the bench.",
      ),
      async (t) => {
        if (t.device.capabilities.setTime) return t.equal("clocks offered", 1, 2);
        throw new DeviceError("disconnected", "the port is gone in the middle of a reply");
      },
    ),
  ],
};

const ENROLLMENT: Suite = {
  name: "enrollment",
  title: "The virtual-MFA workflow",
  cases: [
    onServer(
      head(
        FIXED,
        "codes that come late associate the device out of sync",
        "MUST",
        "Enabling a virtual MFA device",
        "If codes come late the device is associated, but out of sync.",
      ),
      async (t) => t.holds("it is associated", true),
    ),
  ],
};

const SUITES: readonly Suite[] = [RFC4226, RFC6238, ENROLLMENT];

function steadyYear(): TokenTimeline {
  const points = Array.from({ length: 52 }, (_, week): OffsetPoint => {
    const atUs = FAKE_START_US + week * 7 * DAY_US;
    const trueSeconds = 0.4 * Math.sin(week / 8);
    return { atUs, trueSeconds, recordedSeconds: 0, event: week === 0 ? "enrolled" : "accepted" };
  });
  const story = [
    "2026-01-01 enrolled with two consecutive codes",
    "2026-12-24 51 of 51 logins accepted in a year",
  ];
  return { subject: "virtual", points, story };
}

function driftingYear(): TokenTimeline {
  const points: OffsetPoint[] = [];
  for (let week = 0; week < 52; week++) {
    if (week > 25 && week < 38) continue;
    const atUs = FAKE_START_US + week * 7 * DAY_US;
    const trueSeconds = 2.5 * week + 6 * Math.sin(week / 5);
    const recordedSeconds = week === 38 ? 60 : 30 * Math.round(trueSeconds / 30);
    const event = week === 0 ? "enrolled" : week === 38 ? "out-of-sync" : "accepted";
    points.push({ atUs, trueSeconds, recordedSeconds, event });
    if (week !== 38) continue;
    const afterUs = atUs + 60e6;
    points.push({ atUs: afterUs, trueSeconds, recordedSeconds: 90, event: "resynced" });
  }
  const story = [
    "2026-01-01 enrolled with two consecutive codes",
    "2026-09-24 login refused in week 38: out-of-sync, the clock is +101.1 s off",
    "2026-09-24 resync with two consecutive codes: accepted, +3 steps recorded",
    "2026-12-24 39 of 40 logins accepted in a year with 12 weeks of leave",
  ];
  return { subject: "drifting-clock", points, story };
}

const FIGURES: readonly Figure[] = [
  {
    subject: "virtual",
    name: "code read, round trips",
    unit: "1/s",
    median: 41_200,
    low: 38_900,
    high: 43_700,
  },
  {
    subject: "serial:emulated",
    name: "code read, round trips",
    unit: "1/s",
    median: 2_640,
    low: 1_900,
    high: 2_910,
  },
  {
    subject: "fake-server",
    name: "a year of weekly logins",
    unit: "ms",
    median: 12.4,
    low: 11.8,
    high: 19.3,
  },
];
