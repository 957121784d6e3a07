// Readers in disorder: answers to other commands, in pieces, several at once, halted endpoints.

import { expect, test } from "vitest";
import { encodeCcidAnswer } from "../../core/wire/ccid.ts";
import { failure } from "../testing/contract-bench.ts";
import { CcidPipe } from "./ccid-pipe.ts";
import { UsbStall, type UsbTransport } from "./usb-transport.ts";

const CCID = { interfaceNumber: 0, bulkOut: 2, bulkIn: 2, maxMessageBytes: 3072 } as const;
const INTERFACE = { ...CCID, maxCommandBytes: 3062 };
const ORDER = { kind: "transfer", bwi: 0, level: 0, data: Uint8Array.of(0, 0xa1, 0, 0) } as const;
const signal = (): AbortSignal => AbortSignal.timeout(5000);

function block(sequence: number, ...data: number[]): Uint8Array {
  const status = { command: "ok", icc: "active" } as const;
  const answer = { kind: "data-block", slot: 0, sequence, status, chain: 0 } as const;
  return encodeCcidAnswer({ ...answer, data: Uint8Array.from(data) });
}

/** A reader that answers one transfer after another, whatever it is asked. */
function pipeOf(transfers: (Uint8Array | Error)[], cleared: string[] = []): CcidPipe {
  const transport: UsbTransport = {
    identity: { vendorId: 0, productId: 0, manufacturer: "", product: "" },
    control: async () => new Uint8Array(0),
    claim: async () => {},
    transferOut: async () => {},
    transferIn: async () => {
      const next = transfers.shift();
      if (next instanceof Error) throw next;
      return next ?? new Promise(() => {});
    },
    clearHalt: async (direction, endpoint) => void cleared.push(`${direction} ${endpoint}`),
    onGone: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return new CcidPipe(transport, INTERFACE);
}

test("takes no answer to another command for its own", async () => {
  const pipe = pipeOf([block(0, 1), block(200, 2), block(1, 0x90, 0)]);
  const answer = await pipe.exchange(ORDER, signal());
  expect(answer).toMatchObject({ sequence: 1, data: Uint8Array.of(0x90, 0) });
});

test("puts an answer together from transfers cut anywhere, and takes several of one", async () => {
  const whole = block(1, 1, 2, 3, 0x90, 0);
  for (let cut = 0; cut <= whole.length; cut++) {
    const pipe = pipeOf([whole.subarray(0, cut), whole.subarray(cut)]);
    expect(await pipe.exchange(ORDER, signal())).toMatchObject({ sequence: 1 });
  }
  const two = Buffer.concat([block(7, 9), block(1, 0x90, 0)]);
  expect(await pipeOf([two]).exchange(ORDER, signal())).toMatchObject({ sequence: 1 });
});

test("gives up a reader that answers other commands without end", async () => {
  const pipe = pipeOf(Array.from({ length: 100 }, () => block(99, 1)));
  expect(await failure(pipe.exchange(ORDER, signal()))).toBe("protocol");
});

test.each([
  ["too long", Uint8Array.of(0x80, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0)],
  ["of an unknown type", Uint8Array.of(0x99, 0, 0, 0, 0, 0, 1, 0, 0, 0)],
  ["of a reserved status", Uint8Array.of(0x80, 0, 0, 0, 0, 0, 1, 0xc0, 0, 0)],
])("an answer that is %s is a protocol error", async (_, bytes) => {
  expect(await failure(pipeOf([bytes]).exchange(ORDER, signal()))).toBe("protocol");
});

test("ends the halt of both endpoints, and works again", async () => {
  const cleared: string[] = [];
  const pipe = pipeOf([new UsbStall("halted"), block(2, 0x90, 0)], cleared);
  expect(await failure(pipe.exchange(ORDER, signal()))).toBe("protocol");
  expect(cleared).toEqual(["in 2", "out 2"]);
  expect(await pipe.exchange(ORDER, signal())).toMatchObject({ sequence: 2 });
});
