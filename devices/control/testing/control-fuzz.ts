// Damaged lines for a control socket, for tests: each connection gets an answer a line until it is
// ended with a reason, and the rig answers the next one.

import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { mutations, utf8 } from "../../../core/wire/testing/frames.ts";
import { subjectSource } from "../../sources.ts";
import { ControlClients } from "../server.ts";

const RANDOM_SEED = 20_261_125;
/** Connections between two looks at what came back. */
const BATCH = 30;
/** Turns of the event loop within which a batch is answered. */
const MAX_TURNS = 1000;
const RIGHT = `${JSON.stringify({ id: 77, do: "clock" })}\n`;
/** Acts that need no real time. */
const FRAMES = [
  { id: 1, do: "advance", byUs: 1000 },
  { id: 2, do: "stepHostTime", byUs: -5 },
  { id: 3, do: "powerCycle", offForUs: 5 },
  { id: 4, do: "pressButton" },
  { id: 5, do: "setTemperature", celsius: -12.5 },
  { id: 6, do: "inject", fault: { kind: "drop", bytes: 3 } },
  { id: 7, do: "inject", fault: { kind: "brown-out", afterWrites: 1 } },
  { id: 8, do: "display" },
  { id: 9, do: "truth" },
].map((request) => utf8(JSON.stringify(request)));

/** A connection in memory. */
class Client extends Duplex {
  text = "";

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  /** Whether the right request at the end was answered, or the connection was ended. */
  get isServed(): boolean {
    return this.text.includes('{"id":77,"ok"') || this.writableEnded;
  }
}

/** What came of it. */
export interface ControlFuzzCounts {
  /** Connections whose right request behind the damaged line was answered. */
  readonly answered: number;
  /** Connections that were ended with a reason. */
  readonly ended: number;
}

/** One connection a line. @throws {Error} when one of them has no answer, or no reason */
export async function fuzzControlClients(count: number): Promise<ControlFuzzCounts> {
  await using subject = await subjectSource("virtual").open({});
  const { rig } = subject;
  if (rig === null) throw new Error("a virtual token has a rig");
  const clients = new ControlClients({ rig, time: "simulated" });
  let [answered, ended] = [0, 0];
  let batch: Client[] = [];
  const look = async (): Promise<void> => {
    for (let turn = 0; !batch.every((one) => one.isServed); turn++) {
      if (turn > MAX_TURNS) throw new Error("a line has no answer");
      await nextTurn();
    }
    for (const client of batch) {
      const isEnded = client.writableEnded;
      if (isEnded && !client.text.includes('{"id":null,"error"')) throw new Error("no reason");
      if (isEnded) ended++;
      else answered++;
      client.destroy();
    }
    batch = [];
    await nextTurn();
    if (clients.count > 0) throw new Error(`${clients.count} connections are still held`);
  };
  for (const frame of mutations(FRAMES, count, RANDOM_SEED)) {
    const client = new Client();
    clients.welcome(client);
    client.push(Buffer.concat([frame, Buffer.from(`\n${RIGHT}`)]));
    batch.push(client);
    if (batch.length === BATCH) await look();
  }
  await look();
  return { answered, ended };
}
