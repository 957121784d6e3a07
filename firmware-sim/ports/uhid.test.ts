import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { OTP_REPORT_DESCRIPTOR } from "../../core/wire/hid-otp.ts";
import { bytes, hex, mutations } from "../../core/wire/testing/frames.ts";
import { fakeHid } from "../testing/fake-card.ts";
import { openUhidDevice, type UhidFile } from "./uhid.ts";
import { decodeUhidEvent, encodeUhidCreate, UHID_EVENT_BYTES } from "./uhid-events.ts";

const DEVICE = {
  name: "Yubico YubiKey OTP",
  vendorId: 0x1050,
  productId: 0x0401,
  version: 0x0543,
  reportDescriptor: OTP_REPORT_DESCRIPTOR,
};
const OPEN = event("04000000");
const REPORT = "0038B98E00000089";

/** A kernel's event, padded. */
function event(start: string): Uint8Array {
  const padded = new Uint8Array(UHID_EVENT_BYTES);
  padded.set(bytes(start));
  return padded;
}

/** A device whose kernel is the test. */
function created() {
  const events: Uint8Array[] = [];
  const written: string[] = [];
  let isClosed = false;
  const file: UhidFile = {
    read: () => events.shift(),
    write: (data) => {
      expect(data).toHaveLength(UHID_EVENT_BYTES);
      written.push(hex(data).replace(/(?:00)+$/, ""));
    },
    close: () => {
      isClosed = true;
    },
  };
  const clock = new SimulatedClock();
  const application = fakeHid();
  const port = openUhidDevice({ application, device: DEVICE, clock, openFile: () => file });
  /** What is written in answer to events. */
  const tell = async (...told: readonly Uint8Array[]): Promise<readonly string[]> => {
    written.length = 0;
    events.push(...told);
    await clock.advance(20_000);
    return [...written];
  };
  return { port, application, clock, written, tell, isClosed: () => isClosed };
}

describe("a device of /dev/uhid", () => {
  it("is created with its name, ids and report descriptor where the kernel expects them", () => {
    const create = encodeUhidCreate(DEVICE);
    expect(create).toHaveLength(4376);
    expect(hex(create.subarray(0, 8))).toBe("0B00000059756269");
    expect(hex(create.subarray(260, 284))).toBe(
      "4700" + "0300" + "50100000" + "01040000" + "43050000" + "00000000" + "05010906",
    );
    expect(created().written[0]).toMatch(/^0B000000/);
  });

  it("answers GET_REPORT and SET_REPORT of features", async () => {
    const { tell, application } = created();
    const set = event(`0D000000 07000000 00 00 0800 ${REPORT}`);
    expect(await tell(set)).toEqual(["0E00000007"]);
    expect(application.written.map(hex)).toEqual([REPORT]);
    const get = event("09000000 08000000 00 00");
    // Linux's uhid wants the report id, 0, in front: seen with ykman, which misread it without.
    expect(await tell(get)).toEqual([`0A000000080000000000090000${REPORT}`]);
  });

  it("takes a feature report with the report id 0 in front, as hidraw writes it", async () => {
    const { tell, application } = created();
    await tell(event(`0D000000 07000000 00 00 0900 00${REPORT}`));
    expect(application.written.map(hex)).toEqual([REPORT]);
  });

  it("refuses other reports with EIO", async () => {
    const { tell } = created();
    expect(await tell(event("09000000 08000000 01 00"))).toEqual(["0A0000000800000005"]);
    expect(await tell(event("09000000 08000000 00 02"))).toEqual(["0A0000000800000005"]);
    expect(await tell(event("0D000000 07000000 01 00 0100 00"))).toEqual(["0E0000000700000005"]);
  });

  it("types while a host has it open, and keeps the keys until then", async () => {
    const { tell, application, port, written } = created();
    application.type(bytes("0000040000000000"));
    expect(await tell()).toEqual([]);
    expect(await tell(OPEN)).toEqual(["0C0000000800000004"]);
    expect(port.isOpen).toBe(true);
    written.length = 0;
    application.type(bytes("0000050000000000"));
    expect(written).toEqual(["0C0000000800000005"]);
    await tell(event("05000000"));
    expect(port.isOpen).toBe(false);
  });

  it("is destroyed once when it is disposed of, and asks no more", async () => {
    const { port, written, clock, isClosed, application } = created();
    await port[Symbol.asyncDispose]();
    await port[Symbol.asyncDispose]();
    expect(written.slice(1)).toEqual(["01"]);
    expect(isClosed()).toBe(true);
    expect(clock.pendingAlarms).toBe(0);
    expect(application.resets).toBe(1);
  });

  it("tells damaged events from right ones", () => {
    const frames = [`0D000000 07000000 00 00 0800 ${REPORT}`, "09000000 08000000 00 00"].map(bytes);
    const kinds = new Set<string>();
    for (const frame of mutations([...frames, OPEN.slice(0, 8)], 2000, 20_261_125)) {
      const decoded = decodeUhidEvent(frame);
      kinds.add(decoded.kind);
      if (decoded.kind === "set-report") expect(decoded.data.length).toBeLessThanOrEqual(4096);
    }
    expect(kinds).toContain("malformed");
    expect(kinds).toContain("set-report");
  });
});
