import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startSerialToken } from "../rigs/serial-token.ts";
import { subjectSource } from "../sources.ts";
import type { Subject } from "../subject.ts";
import { failure } from "../testing/contract-bench.ts";
import { connectRig } from "./client.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { MAX_LINE_BYTES } from "./protocol.ts";
import { type ControlServer, serveControl } from "./server.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "oathbed-control-"));
  folders.push(folder);
  return join(folder, "token.sock");
}

/** A virtual token whose rig is offered on a socket. */
class Offer implements AsyncDisposable {
  readonly subject: Subject;
  readonly server: ControlServer;

  private constructor(subject: Subject, server: ControlServer) {
    this.subject = subject;
    this.server = server;
  }

  static async start(endpoint: Endpoint = { kind: "unix", path: socketPath() }): Promise<Offer> {
    const subject = await subjectSource("drifting-clock").open({ ratePpm: 100 });
    if (subject.rig === null) throw new Error("a virtual token has a rig");
    return new Offer(
      subject,
      await serveControl({ rig: subject.rig, endpoint, time: "simulated" }),
    );
  }

  get endpoint(): Endpoint {
    return this.server.endpoint;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.subject[Symbol.asyncDispose]();
  }
}

/** A client that says what it likes. */
class RawClient {
  readonly socket: Socket;
  #text = "";
  #wake: () => void = () => {};
  isClosed = false;

  constructor(endpoint: Endpoint) {
    this.socket =
      endpoint.kind === "unix"
        ? connect({ path: endpoint.path })
        : connect({ host: endpoint.host, port: endpoint.port });
    this.socket.on("error", () => {});
    this.socket.on("data", (bytes) => {
      this.#text += bytes.toString();
      this.#wake();
    });
    this.socket.on("close", () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /** The next line as JSON; undefined when the server closed the connection instead. */
  async line(): Promise<Record<string, unknown> | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line);
      }
      if (this.isClosed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

test("a rig does over the socket all it does in its own process", async () => {
  await using offer = await Offer.start();
  await using rig = await connectRig(offer.endpoint);
  const device = await offer.subject.connect();
  const secret = Buffer.from("12345678901234567890");
  const parameters = {
    kind: "totp",
    algorithm: "SHA1",
    digits: 8,
    stepSeconds: 30,
    t0: 0,
  } as const;
  await device.provision({ name: "a", secret, parameters });
  expect(await rig.display()).toEqual({ text: (await device.readTotp()).code });
  await rig.advance(86_400_000_000);
  expect(rig.clock.monotonicUs()).toBe(86_400_000_000);
  expect(rig.clock.nowUs()).toBe(offer.subject.clock.nowUs());
  expect(await rig.truth()).toEqual(await offer.subject.rig?.truth());
  expect((await rig.truth()).offsetUs).toBeGreaterThan(8_000_000);
  await rig.stepHostTime(-3_600_000_000);
  expect(rig.clock.nowUs()).toBe(offer.subject.clock.nowUs());
  await rig.setTemperature(60);
  await rig.pressButton();
  await rig.inject({ kind: "disconnect", afterBytes: 0 });
  expect(await failure(device.readTotp())).toBe("disconnected");
  await rig.reconnect();
  await rig.powerCycle(5);
  expect((await (await offer.subject.connect()).readTotp()).code).toMatch(/^\d{8}$/);
});

test("an alarm of the client fires at its own time, in the middle of an advance", async () => {
  await using offer = await Offer.start();
  await using rig = await connectRig(offer.endpoint);
  const fired: number[] = [];
  rig.clock.setAlarm(10, () => {
    fired.push(rig.clock.monotonicUs());
    rig.clock.setAlarm(5, () => fired.push(rig.clock.monotonicUs()));
  });
  rig.clock.setAlarm(12, () => fired.push(rig.clock.monotonicUs())).cancel();
  await rig.advance(100);
  expect(fired).toEqual([10, 15]);
  expect(offer.subject.clock.monotonicUs()).toBe(100);
});

test("every client hears what time another one has made it", async () => {
  await using offer = await Offer.start();
  await using first = await connectRig(offer.endpoint);
  const watcher = new RawClient(offer.endpoint);
  expect(await watcher.line()).toMatchObject({ event: "clock", clock: { monotonicUs: 0 } });
  await Promise.all([first.advance(1_000_000), first.advance(2_000_000)]);
  expect(await watcher.line()).toMatchObject({ clock: { monotonicUs: 1_000_000 } });
  expect(await watcher.line()).toMatchObject({ clock: { monotonicUs: 3_000_000 } });
  watcher.socket.destroy();
});

test("two clients may move time at once; both spans pass", async () => {
  await using offer = await Offer.start();
  await using first = await connectRig(offer.endpoint);
  await using second = await connectRig(offer.endpoint);
  await Promise.all([first.powerCycle(7), second.powerCycle(5), first.stepHostTime(3)]);
  expect(offer.subject.clock.monotonicUs()).toBe(12);
});

test("what the rig refuses is answered with its words", async () => {
  await using offer = await Offer.start();
  await using rig = await connectRig(offer.endpoint);
  await expect(rig.advance(-1)).rejects.toThrow(RangeError);
  await expect(rig.setTemperature(5000)).rejects.toThrow(/celsius must be a number from -100/);
  await expect(rig.inject({ kind: "drop", bytes: -1 })).rejects.toThrow(/fault.bytes/);
  expect((await rig.display()).text).toBe("");
});

test("a bad request is answered with its field, and the next one is taken", async () => {
  await using offer = await Offer.start();
  const client = new RawClient(offer.endpoint);
  await client.line();
  client.socket.write('{"id":1,"do":"advance","byUs":"x"}\n{"id":2,"do":"clock","x":1}\n');
  client.socket.write('{"id":3,"do":"truth"}\n');
  expect(await client.line()).toMatchObject({ id: 1, error: { field: "byUs" } });
  expect(await client.line()).toMatchObject({ id: 2, error: { field: "x" } });
  expect(await client.line()).toMatchObject({ id: 3, ok: { offsetUs: 0 } });
  client.socket.destroy();
});

test("half a line is waited for, however it is cut, and holds up nobody", async () => {
  await using offer = await Offer.start();
  const slow = new RawClient(offer.endpoint);
  await slow.line();
  slow.socket.write('{"id":9,"do":"cl');
  await using rig = await connectRig(offer.endpoint);
  await rig.advance(1);
  expect(await slow.line()).toMatchObject({ event: "clock" });
  slow.socket.write('ock"}\n');
  expect(await slow.line()).toMatchObject({ id: 9, clock: { monotonicUs: 1 } });
  slow.socket.destroy();
});

test("answers all that was asked, even when the client says no more", async () => {
  await using offer = await Offer.start();
  const client = new RawClient(offer.endpoint);
  client.socket.end('{"id":1,"do":"advance","byUs":5}\n{"id":2,"do":"clock"}\n');
  await client.line();
  expect(await client.line()).toMatchObject({ id: 1, ok: {} });
  expect(await client.line()).toMatchObject({ id: 2, clock: { monotonicUs: 5 } });
  expect(await client.line()).toBeUndefined();
});

test.each([
  ["garbage", Buffer.from([0x81, 0xff, 0x00, 0x0a]), "a line must be"],
  ["a web page's request", Buffer.from("POST / HTTP/1.1\r\n\r\n{}"), "a line must be"],
  ["a line without end", Buffer.alloc(MAX_LINE_BYTES + 1, "x"), "a line has at most"],
])("%s is answered with an error, and the connection ends", async (_, bytes, message) => {
  await using offer = await Offer.start();
  const client = new RawClient(offer.endpoint);
  await client.line();
  client.socket.write(bytes);
  client.socket.write('{"id":1,"do":"advance","byUs":5}\n');
  const answer = await client.line();
  expect(answer).toMatchObject({ id: null, error: { field: "line" } });
  expect(JSON.stringify(answer)).toContain(message);
  expect(await client.line()).toBeUndefined();
  expect(offer.subject.clock.monotonicUs()).toBe(0);
});

test("a client that asks without reading is cut off, and the others go on", async () => {
  await using offer = await Offer.start();
  const greedy = new RawClient(offer.endpoint);
  await greedy.line();
  greedy.socket.pause();
  const flood = '{"id":1,"do":"clock"}\n'.repeat(3000);
  greedy.socket.write(flood);
  await using rig = await connectRig(offer.endpoint);
  expect((await rig.truth()).offsetUs).toBe(0);
  greedy.socket.resume();
  let last: Record<string, unknown> | undefined;
  for (let line = await greedy.line(); line !== undefined; line = await greedy.line()) last = line;
  expect(JSON.stringify(last)).toContain("1000 requests wait");
});

test("only its user may open a Unix socket, and its file goes when it is closed", async () => {
  const path = socketPath();
  {
    await using offer = await Offer.start({ kind: "unix", path });
    expect(offer.endpoint).toEqual({ kind: "unix", path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(() => statSync(path)).toThrow(/ENOENT/);
});

test("a TCP port is the one the system chose", async () => {
  await using offer = await Offer.start({ kind: "tcp", host: "127.0.0.1", port: 0 });
  expect(formatEndpoint(offer.endpoint)).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  await using rig = await connectRig(offer.endpoint);
  expect((await rig.truth()).offsetUs).toBe(0);
});

test("a socket in use, and another file, are left alone", async () => {
  const path = socketPath();
  await using offer = await Offer.start({ kind: "unix", path });
  expect(await failure(Offer.start({ kind: "unix", path }))).toBe("no-access");
  await using rig = await connectRig(offer.endpoint);
  expect((await rig.truth()).offsetUs).toBe(0);
  const file = `${path}.txt`;
  writeFileSync(file, "mine");
  expect(await failure(Offer.start({ kind: "unix", path: file }))).toBe("no-access");
  expect(statSync(file).size).toBe(4);
});

test("nobody there, somebody silent and somebody else are told apart", async () => {
  const path = socketPath();
  const at = (where: string): Endpoint => ({ kind: "unix", path: where });
  expect(await failure(connectRig(at(path)))).toBe("not-found");
  const held: Socket[] = [];
  const silent = createServer((socket) => held.push(socket)).listen(path);
  const other = createServer((socket) => socket.end("220 mail\r\n")).listen(`${path}2`);
  expect(await failure(connectRig(at(path), { timeoutMs: 30 }))).toBe("timed-out");
  expect(await failure(connectRig(at(`${path}2`)))).toBe("protocol");
  for (const socket of held) socket.destroy();
  silent.close();
  other.close();
});

test("a server that goes away ends what is under way and what comes later", async () => {
  const offer = await Offer.start();
  await using rig = await connectRig(offer.endpoint);
  await offer[Symbol.asyncDispose]();
  expect(await failure(rig.truth())).toBe("disconnected");
  await rig[Symbol.asyncDispose]();
  expect(await failure(rig.display())).toMatch(/^(disconnected|closed)$/);
});

test("a token of another process is a subject with its rig", async () => {
  await using token = await startSerialToken({});
  await using server = await serveControl({
    rig: token.rig,
    endpoint: { kind: "unix", path: socketPath() },
    time: "simulated",
  });
  const control = formatEndpoint(server.endpoint);
  const source = subjectSource(`serial:${token.path}`, { control });
  await using subject = await source.open({});
  const device = await subject.connect();
  await device.setTime(59);
  await subject.rig?.advance(60_000_000);
  expect(await device.readTime()).toBe(119);
  expect(subject.clock.monotonicUs()).toBe(60_000_000);
});
