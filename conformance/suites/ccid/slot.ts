// The slot: power, status, sequence numbers.

import type { ConformanceCase } from "../../case.ts";
import { command, INS, OATH_AID, printHex } from "../ykoath/frames.ts";
import { ccidCase, ICC, PC, RDR, STATUS } from "./reader.ts";

const SELECT = command(INS.select, 4, 0, OATH_AID);
/** Longest ATR (ISO 7816-3 §8). */
const MAX_ATR_BYTES = 33;

/** Cases of this section. */
export const SLOT_CASES: readonly ConformanceCase[] = [
  ccidCase({
    id: "slot/power-on",
    title: "IccPowerOn is answered by a data block with an ATR, and again by the same one",
    requirement: "The response to IccPowerOn is RDR_to_PC_DataBlock with the ATR.",
    section: "6.1.1",
    isHarmless: true,
    async run(reader, t) {
      const first = await reader.ask(PC.powerOn);
      reader.ok("IccPowerOn", first, RDR.dataBlock);
      t.equal("bChainParameter", first.extra, 0);
      t.holds("the ATR begins with 3B or 3F", [0x3b, 0x3f].includes(first.data[0] ?? 0));
      const { length } = first.data;
      t.holds("its length is 2 to 33 bytes", length >= 2 && length <= MAX_ATR_BYTES, length);
      const again = await reader.ask(PC.powerOn);
      t.equal("the ATR of a powered card", printHex(again.data), printHex(first.data));
    },
  }),
  ccidCase({
    id: "slot/power-select",
    title: "a bPowerSelect that does not exist fails with bError 7",
    requirement: "bError 07: bPowerSelect error, not supported.",
    section: "6.1.1",
    async run(reader) {
      const reply = await reader.ask(PC.powerOn, { specific: [4] });
      reader.failed("bPowerSelect 4", reply, RDR.dataBlock, 0x07);
      await reader.inOrder("afterwards");
    },
  }),
  ccidCase({
    id: "slot/power-off",
    title: "IccPowerOff is answered by a slot status: present, inactive; APDUs then fail",
    requirement: "The response to IccPowerOff is RDR_to_PC_SlotStatus.",
    section: "6.1.2",
    isHarmless: true,
    async run(reader, t) {
      const off = await reader.ask(PC.powerOff);
      reader.ok("IccPowerOff", off, RDR.slotStatus, ICC.inactive);
      const status = await reader.ask(PC.slotStatus);
      reader.ok("GetSlotStatus", status, RDR.slotStatus, ICC.inactive);
      const transfer = await reader.ask(PC.transfer, { data: SELECT });
      t.equal("XfrBlock fails", transfer.status, STATUS.failed);
      t.equal("XfrBlock brings no data", transfer.data.length, 0);
      reader.ok("IccPowerOn", await reader.ask(PC.powerOn), RDR.dataBlock);
    },
  }),
  ccidCase({
    id: "slot/power-ends-the-session",
    title: "power off and on forgets which application was selected",
    requirement: "A card begins anew when it is powered on.",
    section: "6.1.1",
    isHarmless: true,
    async run(reader, t) {
      const selected = await reader.apdu(SELECT);
      t.equal("SELECT", printHex(selected.data.slice(-2)), "9000");
      await reader.ask(PC.powerOff);
      await reader.ask(PC.powerOn);
      const { data } = await reader.apdu(command(INS.list, 0, 0));
      t.holds("LIST without SELECT is refused", printHex(data.slice(-2)) !== "9000");
    },
  }),
  ccidCase({
    id: "slot/status",
    title: "GetSlotStatus is answered by a slot status: active, clock running, bError 0",
    requirement: "The response to GetSlotStatus is RDR_to_PC_SlotStatus.",
    section: "6.1.3",
    isHarmless: true,
    async run(reader, t) {
      const reply = await reader.ask(PC.slotStatus);
      reader.ok("GetSlotStatus", reply, RDR.slotStatus);
      t.equal("bClockStatus", reply.extra, 0);
      t.equal("dwLength", reply.data.length, 0);
    },
  }),
  ccidCase({
    id: "slot/sequence",
    title: "bSeq of an answer is that of its command, whatever it is, also twice the same",
    requirement: "bSeq: the sequence number of the corresponding command.",
    section: "6.2",
    isHarmless: true,
    async run(reader, t) {
      for (const sequence of [0, 1, 0x7f, 0x80, 0xff, 0xff, 0]) {
        const status = await reader.ask(PC.slotStatus, { sequence });
        t.equal(`GetSlotStatus, bSeq ${sequence}`, status.sequence, sequence);
        const block = await reader.ask(PC.transfer, { sequence, data: SELECT });
        t.equal(`XfrBlock, bSeq ${sequence}`, block.sequence, sequence);
        t.equal(`bSlot with bSeq ${sequence}`, [status.slot, block.slot], [0, 0]);
      }
    },
  }),
  ccidCase({
    id: "slot/wrong-slot",
    title: "commands for a slot that does not exist fail with bError 5, naming that slot",
    requirement: "bError 05: slot does not exist.",
    section: "6.2.6",
    async run(reader, t) {
      for (const slot of [1, 0x7f, 0xff]) {
        const status = await reader.ask(PC.slotStatus, { slot });
        reader.failed(`GetSlotStatus of slot ${slot}`, status, RDR.slotStatus, 0x05);
        t.equal(`bSlot ${slot}`, status.slot, slot);
        const block = await reader.ask(PC.transfer, { slot, data: SELECT });
        reader.failed(`XfrBlock to slot ${slot}`, block, RDR.dataBlock, 0x05);
      }
      await reader.inOrder("slot 0 afterwards");
    },
  }),
];
