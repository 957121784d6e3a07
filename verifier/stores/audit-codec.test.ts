import fc from "fast-check";
import { expect, test } from "vitest";
import { AuditGroup, ENTRY_BYTES, groupOfAudit, linkEntry, packAudit } from "./audit-codec.ts";
import type { AuditRow } from "./store.ts";

const ROW: AuditRow = {
  atUs: 1_700_000_000_000_001,
  token: 7,
  act: "verify",
  outcome: "refused",
  reason: "out-of-sync",
  movingFactor: 2n ** 64n - 1n,
  offsetSteps: -3,
  by: "desk",
  detail: "zone, +1 h",
};

const rows: fc.Arbitrary<AuditRow> = fc.record({
  atUs: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  token: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  act: fc.constantFrom<AuditRow["act"]>("verify", "enroll", "delete", "diagnosis"),
  outcome: fc.constantFrom<AuditRow["outcome"]>("accepted", "refused", "done"),
  reason: fc.constantFrom<AuditRow["reason"]>(null, "no-match", "locked"),
  movingFactor: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  offsetSteps: fc.option(fc.integer()),
  by: fc.option(fc.string({ unit: "grapheme", maxLength: 9 })),
  detail: fc.option(fc.string({ unit: "grapheme", maxLength: 9 })),
});

function packed(given: readonly AuditRow[]): Uint8Array {
  return groupOfAudit(
    packAudit(
      given,
      given.map(({ token }) => token),
    ),
  );
}

test("any rows are read back as they were", () => {
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 20 }), (given) => {
      const group = new AuditGroup(packed(given));
      const read = Array.from({ length: group.length }, (_, at) => group.entryAt(at));
      expect(read).toEqual(given.map((row) => ({ row, previous: 0 })));
    }),
  );
});

test("a row costs 48 bytes, and names are kept once", () => {
  const [one, many] = [packed([ROW]), packed(Array(100).fill(ROW))];
  expect(many.length - one.length).toBe(99 * ENTRY_BYTES);
});

// As the first oathbed wrote it, put together by hand from the table at the head of that version.
const V1_HEX =
  "010014" + // version, 20 bytes of names
  Buffer.from('["verify","refused"]').toString("hex");
const V1_ENTRY_HEX =
  "40f0000000000000" + // at 65,536 µs
  "4010000000000000" + // token 4
  "4008000000000000" + // the one before in group 3
  "8000000000000001" + // 2^63 + 1
  "c000000000000000" + // offset -2
  "0001ff03"; // verify, refused, no reason, both numbers are set

test("groups of version 1, which told no names, are still read", () => {
  const group = new AuditGroup(Buffer.from(V1_HEX + V1_ENTRY_HEX, "hex"));
  expect(group.length).toBe(1);
  const told = { act: "verify", outcome: "refused", reason: null, by: null, detail: null } as const;
  const factors = { movingFactor: 2n ** 63n + 1n, offsetSteps: -2 };
  const row: AuditRow = { atUs: 65_536, token: 4, ...told, ...factors };
  expect(group.entryAt(0)).toEqual({ row, previous: 3 });
});

test("a linked entry tells its token and the group before", () => {
  const audit = packAudit([ROW, ROW], []);
  linkEntry(audit.entries, 1, 9, 2 ** 40);
  const group = new AuditGroup(groupOfAudit(audit));
  expect(group.entryAt(1)).toEqual({ row: { ...ROW, token: 9 }, previous: 2 ** 40 });
  expect(group.tokenAt(0)).toBe(0);
});

test.each([
  ["nothing", new Uint8Array(0)],
  ["another version", Uint8Array.of(3, 0, 0)],
  ["an entry cut short", packed([ROW]).slice(0, -1)],
  ["names cut short", packed([]).slice(0, 4)],
])("refuses %s", (_, bytes) => {
  expect(() => new AuditGroup(bytes)).toThrow(RangeError);
});
