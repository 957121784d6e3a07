// XfrBlock: APDUs, levels, the time a card takes, and aborts.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { command, INS, join, OATH_AID, object, printHex, TAG, text } from "../ykoath/frames.ts";
import { ccidCase, ICC, PC, RDR, type Reader, type Reply, STATUS } from "./reader.ts";

const SELECT = command(INS.select, 4, 0, OATH_AID);
const NAME = object(TAG.name, text("touched"));
const KEY = object(TAG.key, join([0x21, 6], rfc4226Secret()));
const CALCULATE = command(
  INS.calculate,
  0,
  1,
  join(NAME, object(TAG.challenge, [0, 0, 0, 0, 0, 0, 0, 1])),
);
/** 6 digits, and 31 bits of the HMAC of step 1 (worked example of the YKOATH document). */
const ANSWER = "76050641397EEA";

function sw({ data }: Reply): string {
  return printHex(data.slice(-2));
}

/** Has the card begin to wait for a touch; skips where it does not. Returns the command's bSeq. */
async function waiting(reader: Reader, t: TokenContext): Promise<number> {
  await reader.apdu(SELECT);
  const put = await reader.apdu(command(INS.put, 0, 0, join(NAME, KEY, [TAG.property, 2])));
  if (sw(put) !== "9000") t.skip("the card takes no touch property");
  const sequence = reader.nextSequence();
  await reader.send(reader.message(PC.transfer, { data: CALCULATE, sequence }));
  const first = await reader.receive();
  if (first.status === STATUS.ok) t.skip("the emulated token touches itself");
  t.equal("the first message is a time extension", first.status, STATUS.extension);
  return sequence;
}

/** Cases of this section. */
export const TRANSFER_CASES: readonly ConformanceCase[] = [
  ccidCase({
    id: "transfers/apdu",
    title: "an APDU goes in one XfrBlock, and its response comes in one data block",
    requirement: "The response to XfrBlock is RDR_to_PC_DataBlock with the response APDU.",
    section: "6.1.4",
    isHarmless: true,
    async run(reader, t) {
      const reply = await reader.ask(PC.transfer, { data: SELECT });
      reader.ok("XfrBlock", reply, RDR.dataBlock);
      t.equal("bChainParameter", reply.extra, 0);
      t.equal("SW of SELECT", sw(reply), "9000");
    },
  }),
  ccidCase({
    id: "transfers/bwi-is-ignored",
    title: "bBWI changes nothing where the reader exchanges APDUs",
    requirement: "bBWI is for character and TPDU exchange.",
    section: "6.1.4",
    level: "SHOULD",
    isHarmless: true,
    async run(reader, t) {
      const reply = await reader.ask(PC.transfer, { specific: [0xff], data: SELECT });
      t.equal("SW of SELECT", sw(reply), "9000");
    },
  }),
  ccidCase({
    id: "transfers/empty",
    title: "an XfrBlock without an APDU fails, and the slot goes on",
    requirement: "bError 01: dwLength is not valid.",
    section: "6.2.6",
    level: "SHOULD",
    async run(reader) {
      reader.failed("no APDU", await reader.ask(PC.transfer), RDR.dataBlock, 0x01);
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "transfers/bad-level",
    title:
      "a wLevelParameter that does not exist, or a middle without a beginning, fails with bError 8",
    requirement: "bError 08: wLevelParameter is not valid.",
    section: "6.2.6",
    async run(reader, t) {
      for (const level of [0x55, 0x04, 0x02, 0x03, 0x10]) {
        const reply = await reader.ask(PC.transfer, { specific: [0, level, 0], data: SELECT });
        reader.failed(`level ${level.toString(16)}`, reply, RDR.dataBlock, 0x08);
      }
      t.equal("SELECT afterwards", sw(await reader.apdu(SELECT)), "9000");
    },
  }),
  ccidCase({
    id: "transfers/in-blocks",
    title: "an APDU in several blocks is one APDU; each but the last is answered by an empty block",
    requirement: "wLevelParameter 1, 3, 2: begins, continues, ends; answer 10: empty, go on.",
    section: "6.1.4",
    level: "MAY",
    async run(reader, t) {
      const parts = [
        [1, SELECT.slice(0, 3)],
        [3, SELECT.slice(3, 9)],
        [2, SELECT.slice(9)],
      ] as const;
      for (const [level, data] of parts) {
        const reply = await reader.ask(PC.transfer, { specific: [0, level, 0], data });
        reader.ok(`level ${level}`, reply, RDR.dataBlock);
        if (level === 2) t.equal("SW of SELECT", sw(reply), "9000");
        else t.equal(`level ${level}: chain, bytes`, [reply.extra, reply.data.length], [0x10, 0]);
      }
    },
  }),
  ccidCase({
    id: "transfers/time-extension",
    title: "while the card waits for a touch the reader asks for time, then comes the answer",
    requirement: "Time extension: dwLength 0, bError is the multiplier, the same bSeq.",
    section: "6.2.6",
    async run(reader, t) {
      const sequence = await waiting(reader, t);
      for (let time = 0; time < 3; time++) {
        const { type, status, icc, data, error, ...reply } = await reader.receive();
        const seen = { type, status, icc, bytes: data.length, sequence: reply.sequence };
        const wanted = {
          type: RDR.dataBlock,
          status: STATUS.extension,
          icc: 0,
          bytes: 0,
          sequence,
        };
        t.equal(`extension ${time + 2}`, seen, wanted);
        t.holds(`extension ${time + 2}: multiplier of 1 or more`, error >= 1, error);
      }
      await t.rig?.pressButton();
      let reply = await reader.receive();
      while (reply.status === STATUS.extension) reply = await reader.receive();
      t.equal("bSeq of the answer", reply.sequence, sequence);
      t.equal("the answer", printHex(reply.data), `${ANSWER}9000`);
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "transfers/busy",
    title: "a command while another is under way fails with bError E0, and disturbs nothing",
    requirement: "bError E0: slot busy. Only one outstanding command for a slot.",
    section: "6.2.6",
    async run(reader, t) {
      const sequence = await waiting(reader, t);
      const other = reader.nextSequence();
      await reader.send(reader.message(PC.slotStatus, { sequence: other }));
      let reply = await reader.receive();
      while (reply.status === STATUS.extension) reply = await reader.receive();
      t.equal("bSeq", reply.sequence, other);
      reader.failed("GetSlotStatus", reply, RDR.slotStatus, 0xe0);
      await t.rig?.pressButton();
      let answer = await reader.receive();
      while (answer.status === STATUS.extension) answer = await reader.receive();
      t.equal("the first command's bSeq", answer.sequence, sequence);
      t.equal("and its answer", printHex(answer.data), `${ANSWER}9000`);
    },
  }),
  ccidCase({
    id: "transfers/aborted",
    title: "both halves of an abort end a command: no answer of it comes, and the next one works",
    requirement: "ABORT on the control pipe and PC_to_RDR_Abort with the same bSeq.",
    section: "5.3.1",
    async run(reader, t) {
      await waiting(reader, t);
      const sequence = reader.nextSequence();
      t.equal("ABORT of the control pipe is taken", await reader.abort(sequence), true);
      await reader.send(reader.message(PC.abort, { sequence }));
      let reply = await reader.receive();
      while (reply.status === STATUS.extension) reply = await reader.receive();
      t.equal("bSeq of the answer", reply.sequence, sequence);
      reader.ok("PC_to_RDR_Abort", reply, RDR.slotStatus);
      await t.rig?.pressButton();
      await reader.inOrder("the next command");
      t.equal("SELECT", sw(await reader.apdu(SELECT)), "9000");
    },
  }),
  ccidCase({
    id: "transfers/half-an-abort",
    title:
      "after ABORT on the control pipe commands fail with bError FF until the other half comes",
    requirement: "The CCID fails all commands to the slot until PC_to_RDR_Abort is received.",
    section: "5.3.1",
    async run(reader, t) {
      const sequence = reader.nextSequence();
      if (!(await reader.abort(sequence))) t.skip("the reader stalls ABORT");
      reader.failed("GetSlotStatus", await reader.ask(PC.slotStatus), RDR.slotStatus, 0xff);
      reader.failed(
        "XfrBlock",
        await reader.ask(PC.transfer, { data: SELECT }),
        RDR.dataBlock,
        0xff,
      );
      const other = (sequence + 7) & 0xff;
      await reader.ask(PC.abort, { sequence: other });
      const still = await reader.ask(PC.slotStatus);
      reader.failed("after an abort of another bSeq", still, RDR.slotStatus, 0xff);
      reader.ok("the other half", await reader.ask(PC.abort, { sequence }), RDR.slotStatus);
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "transfers/abort-of-nothing",
    title: "an abort on the bulk pipe alone is answered; ABORT of another slot is stalled",
    requirement: "PC_to_RDR_Abort is answered by RDR_to_PC_SlotStatus.",
    section: "6.1.13",
    async run(reader, t) {
      const reply = await reader.ask(PC.abort);
      reader.ok("PC_to_RDR_Abort", reply, RDR.slotStatus, ICC.active);
      await reader.inOrder("afterwards");
      t.equal("ABORT of slot 1 is taken", await reader.abort(1, 1), false);
      await reader.inOrder("after it");
    },
  }),
];
