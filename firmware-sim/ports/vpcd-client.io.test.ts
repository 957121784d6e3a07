import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import { VpcdAssembler } from "../../core/wire/vpcd.ts";
import { CONTACT_ATR, fakeCard, laterAnswer, SELECTED } from "../testing/fake-card.ts";
import { attach } from "./attach.ts";
import { openVpcdCard, type VpcdCard, type VpcdOptions } from "./vpcd-client.ts";

const clock = new SystemClock();
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

/** pcscd's driver as the vpcd document describes it: one card at a time, frames in two writes. */
class FakeVpcd implements AsyncDisposable {
  readonly #server: Server;
  readonly #cards: Socket[] = [];
  readonly #answers: string[] = [];
  #changed = (): void => {};

  constructor() {
    this.#server = createServer((socket) => {
      const frames = new VpcdAssembler();
      socket.on("error", () => {});
      socket.on("data", (data) => {
        this.#answers.push(...frames.feed(data).map(hex));
        this.#changed();
      });
      socket.on("close", () => {
        this.#cards.splice(this.#cards.indexOf(socket), 1);
        this.#changed();
      });
      this.#cards.push(socket);
      this.#changed();
    });
  }

  listen(port = 0): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(port, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  /** Waits for a card, or for its removal. */
  async until(hasCard: boolean): Promise<void> {
    while (this.#cards.length > 0 !== hasCard) await this.#change();
  }

  tell(payload: string): void {
    const data = bytes(payload);
    this.#cards[0]?.write(Uint8Array.of(data.length >> 8, data.length & 0xff));
    this.#cards[0]?.write(data);
  }

  async ask(payload: string): Promise<string> {
    this.tell(payload);
    while (this.#answers.length === 0) await this.#change();
    return this.#answers.shift() ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const card of this.#cards) card.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}

async function reader(port?: number): Promise<{ vpcd: FakeVpcd; port: number }> {
  const vpcd = new FakeVpcd();
  const listening = await vpcd.listen(port);
  return { vpcd, port: listening };
}

async function inserted(port: number, options: Partial<VpcdOptions> = {}): Promise<VpcdCard> {
  const card = await openVpcdCard({ card: fakeCard(), clock, port, ...options });
  open.push(card);
  return card;
}

describe("a card attached to vpcd", () => {
  it("is read as pcscd does it", async () => {
    const { vpcd, port } = await reader();
    const card = fakeCard();
    open.push(await attach({ name: "key", card }, { kind: "vpcd", clock, port }), vpcd);
    expect(await vpcd.ask("04")).toBe(hex(CONTACT_ATR));
    vpcd.tell("01");
    expect(await vpcd.ask("04")).toBe(hex(CONTACT_ATR));
    expect(await vpcd.ask("00A4040007A0000005272101")).toBe(hex(SELECTED));
    vpcd.tell("02");
    vpcd.tell("00");
    expect(await vpcd.ask("00A10000")).toBe("6D00");
    expect(card.resets).toBe(3);
  });

  it("comes back when pcscd was started anew", async () => {
    const first = await reader();
    const card = await inserted(first.port);
    await first.vpcd.until(true);
    await first.vpcd[Symbol.asyncDispose]();
    const second = await reader(first.port);
    await second.vpcd.until(true);
    expect(await second.vpcd.ask("04")).toBe(hex(CONTACT_ATR));
    expect(card.isConnected).toBe(true);
    await card[Symbol.asyncDispose]();
    await second.vpcd[Symbol.asyncDispose]();
  });

  it("is taken out and put in again by hand", async () => {
    const { vpcd, port } = await reader();
    const time = new SimulatedClock();
    const card = await inserted(port, { clock: time });
    await vpcd.until(true);
    card.setInserted(false);
    await vpcd.until(false);
    await expect.poll(() => card.isConnected).toBe(false);
    // No next try is planned.
    expect(time.pendingAlarms).toBe(0);
    card.setInserted(true);
    await vpcd.until(true);
    expect(await vpcd.ask("04")).toBe(hex(CONTACT_ATR));
    await card[Symbol.asyncDispose]();
    await vpcd.until(false);
    await vpcd[Symbol.asyncDispose]();
  });

  it("is reset when the reader is gone, and does not answer the next one too late", async () => {
    const { vpcd, port } = await reader();
    const card = fakeCard();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    await inserted(port, { card });
    await vpcd.until(true);
    vpcd.tell("00A2000000");
    await expect.poll(() => card.commands.length).toBe(1);
    await vpcd[Symbol.asyncDispose]();
    const next = await reader(port);
    await next.vpcd.until(true);
    give(bytes("9000"));
    expect(await next.vpcd.ask("04")).toBe(hex(CONTACT_ATR));
    expect(card.resets).toBe(1);
    open.push(next.vpcd);
  });

  it("says what to do when there is no reader in time", async () => {
    const { vpcd, port } = await reader();
    await vpcd[Symbol.asyncDispose]();
    const opening = openVpcdCard({ card: fakeCard(), clock, port, timeoutMs: 30 });
    await expect(opening).rejects.toThrow(
      /no vpcd reader at 127\.0\.0\.1:\d+: .*ECONNREFUSED.*pcscd/,
    );
  });

  it("stops waiting for a reader when it is told to", async () => {
    const { vpcd, port } = await reader();
    await vpcd[Symbol.asyncDispose]();
    const stop = new AbortController();
    const opening = openVpcdCard({ card: fakeCard(), clock, port, signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});
