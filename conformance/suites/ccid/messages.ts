// Messages: lengths, pieces, types that are not known or not supported.

import type { ConformanceCase } from "../../case.ts";
import {
  command,
  extended,
  hex,
  INS,
  join,
  OATH_AID,
  object,
  printHex,
  TAG,
} from "../ykoath/frames.ts";
import { ccidCase, PC, RDR, STATUS } from "./reader.ts";

const SELECT = command(INS.select, 4, 0, OATH_AID);
/** wMaxPacketSize at full speed. */
const PACKET_BYTES = 64;
const HEADER_BYTES = 10;

/** Cases of this section. */
export const MESSAGE_CASES: readonly ConformanceCase[] = [
  ccidCase({
    id: "messages/unexpected-payload",
    title: "a command that has no payload fails with bError 1 when it comes with one",
    requirement: "bError 01: dwLength is not valid.",
    section: "6.2.6",
    async run(reader) {
      const types = [
        [PC.slotStatus, RDR.slotStatus],
        [PC.powerOff, RDR.slotStatus],
        [PC.getParameters, RDR.parameters],
      ] as const;
      for (const [type, answer] of types) {
        const reply = await reader.ask(type, { data: [1, 2, 3] });
        reader.failed(`type ${type.toString(16)}`, reply, answer, 0x01);
      }
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "messages/too-long",
    title: "a message longer than dwMaxCCIDMessageLength fails with bError 1; the next one is read",
    requirement: "dwMaxCCIDMessageLength: longest message, header included.",
    section: "5.1",
    async run(reader) {
      const { maxMessageBytes } = reader.channel;
      const data = new Uint8Array(maxMessageBytes - HEADER_BYTES + 1);
      reader.failed(
        "a byte too long",
        await reader.ask(PC.transfer, { data }),
        RDR.dataBlock,
        0x01,
      );
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "messages/longest",
    title: "a message of exactly dwMaxCCIDMessageLength is taken, and its APDU answered",
    requirement: "dwMaxCCIDMessageLength: longest message, header included.",
    section: "5.1",
    async run(reader, t) {
      const { maxMessageBytes } = reader.channel;
      await reader.apdu(SELECT);
      const data = new Uint8Array(maxMessageBytes - HEADER_BYTES - 7);
      const reply = await reader.apdu(extended(INS.put, 0, 0, data));
      t.equal("the command", [reply.type, reply.status], [RDR.dataBlock, STATUS.ok]);
      const sw = printHex(reply.data);
      t.holds("the card answers: 6A80 or 6700", ["6A80", "6700"].includes(sw), sw);
    },
  }),
  ccidCase({
    id: "messages/in-pieces",
    title: "a message that comes in several transfers is one message, cut by dwLength",
    requirement: "A message may span transfers: dwLength tells its end.",
    section: "6.1",
    async run(reader, t) {
      for (const cut of [1, 5, HEADER_BYTES, HEADER_BYTES + 1, HEADER_BYTES + SELECT.length - 1]) {
        const sequence = reader.nextSequence();
        const message = reader.message(PC.transfer, { data: SELECT, sequence });
        await reader.send(message.slice(0, cut));
        await reader.send(message.slice(cut));
        const reply = await reader.receive();
        t.equal(`cut after ${cut} bytes: bSeq`, reply.sequence, sequence);
        t.equal(`cut after ${cut} bytes: SW`, printHex(reply.data.slice(-2)), "9000");
      }
    },
  }),
  ccidCase({
    id: "messages/whole-packets",
    title: "an answer of whole packets ends where dwLength says; the next answer is its own",
    requirement: "A message that fills its last packet ends by a zero-length packet.",
    section: "6.2",
    async run(reader, t) {
      await reader.apdu(SELECT);
      // Header, entry of LIST and status word fill one packet, then two.
      for (const packets of [1, 2]) {
        const name = new Uint8Array(packets === 1 ? 49 : 61).fill(0x60 + packets);
        const key = object(TAG.key, join([0x21, 6], new Uint8Array(14).fill(7)));
        await reader.apdu(command(INS.put, 0, 0, join(object(TAG.name, name), key)));
        const list = await reader.apdu(command(INS.list, 0, 0));
        t.equal(`bytes of ${packets}`, HEADER_BYTES + list.data.length, PACKET_BYTES * packets);
        await reader.inOrder(`after ${packets}`);
      }
    },
  }),
  ccidCase({
    id: "messages/unknown-types",
    title: "types that do not exist are answered, by a slot status: failed, bError 0",
    requirement: "bError 00: command not supported.",
    section: "6.2.6",
    async run(reader) {
      for (const type of [0x00, 0x60, 0x64, 0x70, 0x74, 0x80, 0xff]) {
        const reply = await reader.ask(type);
        reader.failed(`type ${type.toString(16)}`, reply, RDR.slotStatus, 0x00);
      }
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "messages/matching-answers",
    title: "every command is answered by the message that belongs to it, supported or not",
    requirement: "Each PC_to_RDR message has its RDR_to_PC message.",
    section: "6.1",
    async run(reader, t) {
      const pairs = [
        ["Escape", PC.escape, RDR.escape, [1]],
        ["Secure", PC.secure, RDR.dataBlock, [0]],
        ["IccClock", PC.iccClock, RDR.slotStatus, []],
        ["T0APDU", PC.t0Apdu, RDR.slotStatus, []],
        ["Mechanical", PC.mechanical, RDR.slotStatus, []],
        ["SetDataRateAndClockFrequency", PC.dataRate, RDR.dataRate, [0, 0, 0, 0, 0, 0, 0, 0]],
      ] as const;
      for (const [what, type, answer, data] of pairs) {
        const reply = await reader.ask(type, { data });
        t.equal(`${what}: type`, reply.type, answer);
        const isSaid = reply.status === STATUS.ok || reply.error === 0;
        t.holds(`${what}: done, or not supported`, isSaid, reply);
      }
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "messages/parameters",
    title: "the parameters of T=1 are told, set and set back; T=0 fails with bError 7",
    requirement: "Get-, Reset- and SetParameters are answered by RDR_to_PC_Parameters.",
    section: "6.1.5",
    async run(reader, t) {
      const first = await reader.ask(PC.getParameters);
      reader.ok("GetParameters", first, RDR.parameters);
      t.equal("bProtocolNum and length", [first.extra, first.data.length], [1, 7]);
      const changed = first.data.map((byte, at) => (at === 2 ? byte ^ 1 : byte));
      const set = await reader.ask(PC.setParameters, { specific: [1], data: changed });
      reader.ok("SetParameters", set, RDR.parameters);
      t.equal("what was set", printHex(set.data), printHex(changed));
      const back = await reader.ask(PC.resetParameters);
      t.equal("ResetParameters", printHex(back.data), printHex(first.data));
      const t0 = await reader.ask(PC.setParameters, { specific: [0], data: hex("1100000A00") });
      reader.failed("T=0", t0, RDR.parameters, 0x07);
      const short = await reader.ask(PC.setParameters, { specific: [1], data: hex("1110") });
      reader.failed("2 bytes for T=1", short, RDR.parameters, 0x01);
    },
  }),
];
