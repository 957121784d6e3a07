// How many APDUs go to a card and back a second, by each way to it; and what tokens in a process of
// their own take.

import { SystemClock } from "../../core/time/system-clock.ts";
import { DeviceError } from "../../devices/errors.ts";
import { openSmartCard, smartCardDriver } from "../../devices/smart-card/driver.ts";
import { openCcidCard } from "../../devices/usb/ccid-card.ts";
import { openUsbipTransport } from "../../devices/usb/usbip-transport.ts";
import { openUsbipServer } from "../../firmware-sim/ports/usbip-server.ts";
import { createTokenDevice } from "../../firmware-sim/usb/token-device.ts";
import {
  assertCode,
  assertSelected,
  benchToken,
  CALCULATE,
  cardOf,
  PUT,
  SELECT,
} from "../apdu/exchange.ts";
import { launcherOf, measureStart } from "../apdu/start.ts";
import { measureTokens } from "../apdu/tokens.ts";
import type { Absent, Goal, Measurement, Workload } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

/** Exchanges a call. */
const IN_PROCESS = 256;
const OVER_A_PORT = 16;
const TOKENS = 50;
/** Processes that are started, one after the other. */
const STARTS = 3;
/** Readers of vpcd: their cards are emulated. Cards of people are not touched. */
const VPCD = /^Virtual PCD/;

const CALCULATE_NAME = "CALCULATE";
/** Of issue 3. */
const GOALS = {
  inProcess: atLeast(50_000),
  usbip: atLeast(3000),
  pcsc: atLeast(1500),
  ready: { comparison: "at-most", value: 1000 },
  memory: { comparison: "at-most", value: 300 },
} satisfies Readonly<Record<string, Goal>>;

/** The card in this process, behind our USB/IP, and behind pcscd where a reader of vpcd is. */
export async function apduSuite({ resources, signal }: SuiteSetup): Promise<SuiteContent> {
  const pcsc = await pcscWorkload(resources);
  return {
    workloads: [inProcess(), await overUsbip(resources), ...("reason" in pcsc ? [] : [pcsc])],
    measured: await tokenFigures(signal),
    ...("reason" in pcsc ? { absent: [pcsc] } : {}),
    notes: [
      "apdu: one exchange after the other, each waited for; over pcscd without the quick-" +
        "acknowledge route each waits 40 ms for a delayed acknowledgement (npm run lab:pcsc)",
    ],
  };
}

function inProcess(): Workload {
  const card = cardOf(benchToken());
  for (const command of [SELECT, PUT]) void card.transmit(command);
  return {
    suite: "apdu",
    subject: "in process",
    name: CALCULATE_NAME,
    unit: "operations/s",
    operations: IN_PROCESS,
    run() {
      for (let at = 0; at < IN_PROCESS; at++) void card.transmit(CALCULATE);
    },
    verify: async () => assertCode("in process", await card.transmit(CALCULATE)),
    goal: GOALS.inProcess,
  };
}

async function overUsbip(resources: AsyncDisposableStack): Promise<Workload> {
  const token = benchToken();
  const server = resources.use(await openUsbipServer({ port: 0 }));
  const parts = { card: cardOf(token) };
  const usb = { ...token.info.usb, functions: ["ccid"] as const };
  const busid = server.add(createTokenDevice(usb, parts, new SystemClock()));
  const { signal } = new AbortController();
  const card = resources.use(
    await openCcidCard(await openUsbipTransport(server, busid, signal), signal),
  );
  for (const command of [SELECT, PUT]) await card.transmit(command, signal);
  return {
    suite: "apdu",
    subject: "usb/ip loopback",
    name: CALCULATE_NAME,
    unit: "operations/s",
    operations: OVER_A_PORT,
    async run() {
      for (let at = 0; at < OVER_A_PORT; at++) await card.transmit(CALCULATE, signal);
    },
    verify: async () => assertCode("usb/ip", await card.transmit(CALCULATE, signal)),
    goal: GOALS.usbip,
  };
}

/** SELECT, which writes nothing: the token may be somebody's who tries something out. */
async function pcscWorkload(resources: AsyncDisposableStack): Promise<Workload | Absent> {
  const subject = "pcscd + vpcd";
  try {
    const readers = await smartCardDriver.list();
    const reader = readers.find(
      ({ address, problem }) => VPCD.test(address) && problem === undefined,
    );
    if (reader === undefined) {
      return absent(subject, "no card in a reader of vpcd: oathbed token run --attach vpcd");
    }
    const device = resources.use(await openSmartCard(`${reader.address}?shared`));
    const apdus = device.raw?.apdu;
    if (apdus === undefined) return absent(subject, "the token takes no APDUs");
    return {
      suite: "apdu",
      subject,
      name: "SELECT",
      unit: "operations/s",
      operations: OVER_A_PORT,
      async run() {
        for (let at = 0; at < OVER_A_PORT; at++) await apdus.transmit(SELECT);
      },
      verify: async () => assertSelected(subject, await apdus.transmit(SELECT)),
      goal: GOALS.pcsc,
    };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return absent(subject, error.hint === "" ? error.message : `${error.message}; ${error.hint}`);
  }
}

async function tokenFigures(signal: AbortSignal | undefined): Promise<readonly Measurement[]> {
  const figures = [];
  for (let start = 0; start < STARTS; start++) {
    signal?.throwIfAborted();
    figures.push(await measureTokens(TOKENS));
  }
  const readyMs = figures.map((each) => each.readyMs);
  const mebibytes = figures.map((each) => each.mebibytes);
  return [
    figure("one token", "process start to ready", "ms", readyMs, GOALS.ready),
    ...(await startFigures(signal)),
    figure(`${TOKENS} tokens`, "memory of their process", "MiB", mebibytes, GOALS.memory),
  ];
}

/** Of the command itself, where it is the command that measures. */
async function startFigures(signal: AbortSignal | undefined): Promise<readonly Measurement[]> {
  const launcher = launcherOf();
  if (launcher === undefined) return [];
  const startMs = [];
  for (let start = 0; start < STARTS; start++) {
    signal?.throwIfAborted();
    startMs.push(await measureStart(launcher));
  }
  return [figure("oathbed token run", "start to the ready line", "ms", startMs, GOALS.ready)];
}

function figure(
  subject: string,
  name: string,
  unit: Measurement["unit"],
  values: readonly number[],
  goal: Goal,
): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN] = sorted;
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const high = sorted.at(-1) ?? Number.NaN;
  return { suite: "apdu", subject, name, unit, median, low, high, slices: sorted.length, goal };
}

function absent(subject: string, reason: string): Absent {
  return { suite: "apdu", subject, name: "SELECT", reason };
}

function atLeast(value: number): Goal {
  return { comparison: "at-least", value };
}
