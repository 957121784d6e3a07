import { expect, test } from "vitest";
import { RFC4226_VECTORS, RFC6238_VECTORS, rfc6238Secret } from "../../../core/oath/vectors.ts";
import { bytes, hex, utf8 } from "../../../core/wire/testing/frames.ts";
import {
  apduOf,
  calculateOf,
  codeOf,
  putOf,
  SECRET,
  SELECT_OATH,
  testSmartToken,
} from "../testing/smart-token.ts";

const LIST = { kind: "list", withProperties: false } as const;

function nameOf(length: number): string {
  return "n".repeat(length);
}

test("gives the codes of RFC 6238 Appendix B, of every hash", () => {
  const { ask, put } = testSmartToken();
  for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
    put(algorithm, { algorithm, secret: rfc6238Secret(algorithm) });
    for (const { timeStep, codes } of RFC6238_VECTORS) {
      expect(codeOf(ask(calculateOf(algorithm, timeStep)))).toBe(codes[algorithm]);
    }
  }
});

test("gives the codes of RFC 4226 Appendix D one after another", () => {
  const { ask, put } = testSmartToken();
  put("event", { type: "hotp", digits: 6 });
  const codes = RFC4226_VECTORS.map(() => codeOf(ask(calculateOf("event"))));
  expect(codes).toEqual(RFC4226_VECTORS.map(({ code }) => code));
});

test("begins at the initial moving factor, and again when the credential is written again", () => {
  const { ask, put } = testSmartToken();
  put("event", { type: "hotp", digits: 6, initialMovingFactor: 7 });
  expect(codeOf(ask(calculateOf("event")))).toBe("162583");
  expect(codeOf(ask(calculateOf("event")))).toBe("399871");
  put("event", { type: "hotp", digits: 6 });
  expect(codeOf(ask(calculateOf("event")))).toBe("755224");
});

test.each([63, 64])("takes a name of %i bytes", (length) => {
  const { ask, put } = testSmartToken();
  expect(put(nameOf(length))).toBe("9000");
  expect(codeOf(ask(calculateOf(nameOf(length), 1n)))).toBe("94287082");
});

test("refuses an empty name, and one of 65 bytes", () => {
  const { send } = testSmartToken();
  const key = `73162106${SECRET}`;
  const long = "6E".repeat(65);
  expect(send(`000100001A7100${key}`)).toBe("6A80");
  expect(send(`000100005B7141${long}${key}`)).toBe("6A80");
  expect(send(`00A2000145 7141${long} 7400`)).toBe("6A80");
});

test.each([
  ["yubikey5", 63, "9000"],
  ["yubikey5", 64, "9000"],
  ["yubikey5", 65, "6A80"],
  ["yubikey-neo", 65, "6A80"],
  ["canokey", 65, "6A80"],
  ["generic-oath", 128, "9000"],
  ["generic-oath", 129, "6A80"],
] as const)("%s answers a secret of %i bytes with %s", (model, length, sw) => {
  expect(testSmartToken({ model }).put("a", { secret: new Uint8Array(length) })).toBe(sw);
});

test("refuses digits, types, hashes and properties that it does not know", () => {
  const { put, send } = testSmartToken();
  for (const digits of [0, 5, 9, 255]) expect(put("a", { digits })).toBe("6A80");
  for (const property of [4, 0x80]) expect(put("a", { property })).toBe("6A80");
  for (const type of ["31", "24", "20", "01"]) {
    expect(send(`00010000 09 710161 7304 ${type}06 0102`)).toBe("6A80");
  }
  expect(send("00A1000000")).toBe("9000");
});

test("takes the property as tag and value, without a length", () => {
  const { send } = testSmartToken();
  const put = "710161 7304 2106 0102";
  expect(send(`000100000B ${put} 7802`)).toBe("9000");
  expect(send(`000100000C ${put} 780102`)).toBe("6A80");
  expect(send(`000100000A ${put} 78`)).toBe("6A80");
});

test("wants fields in their order, all of them, and nothing after them", () => {
  const { send } = testSmartToken();
  const bad = [
    "7304 2106 0102 710161",
    "710161",
    "710161 7302 2106",
    "710161 7304 2106 0102 00",
    "710161 7304 1106 0102 7A03 000001",
    "710161 7304 1106 0102 7A04 00000001 7802",
  ];
  for (const data of bad) {
    const length = hex(Uint8Array.of(bytes(data).length));
    expect(send(`00010000${length}${data}`), data).toBe("6A80");
  }
});

test("replaces a credential of the same name in its place", () => {
  const { ask, put } = testSmartToken();
  for (const name of ["a", "b", "c"]) put(name);
  put("b", { type: "hotp", algorithm: "SHA256" });
  expect(ask(LIST)).toBe("7202" + "2161" + "7202" + "1262" + "7202" + "2163" + "9000");
});

test("puts a new credential into the first free place, and 6A84 when there is none", () => {
  const { ask, put } = testSmartToken();
  const names = Array.from({ length: 32 }, (_, at) => `name ${at}`);
  for (const name of names) expect(put(name)).toBe("9000");
  expect(put("one more")).toBe("6A84");
  expect(put("name 7")).toBe("9000");
  expect(ask({ kind: "delete", name: utf8("name 3") })).toBe("9000");
  expect(put("new")).toBe("9000");
  const listed = allOf(testSmartTokenList(ask(LIST), ask));
  expect(listed).toHaveLength(32);
  expect(listed[3]).toBe("new");
});

/** Follows 61xx. */
function testSmartTokenList(first: string, ask: (request: { kind: "send-remaining" }) => string) {
  let all = first;
  while (all.slice(-4).startsWith("61")) {
    all = all.slice(0, -4) + ask({ kind: "send-remaining" });
  }
  return all.slice(0, -4);
}

function allOf(list: string): readonly string[] {
  const data = bytes(list);
  const names: string[] = [];
  for (let at = 0; at < data.length; at += 2 + (data[at + 1] ?? 0)) {
    const end = at + 2 + (data[at + 1] ?? 0);
    names.push(Buffer.from(data.subarray(at + 3, end)).toString());
  }
  return names;
}

test("does not know names it does not hold", () => {
  const { ask, put } = testSmartToken();
  put("Name");
  expect(ask(calculateOf("name", 1n))).toBe("6984");
  expect(ask({ kind: "delete", name: utf8("name") })).toBe("6984");
  expect(ask({ kind: "rename", from: utf8("name"), to: utf8("b") })).toBe("6984");
});

test("renames, keeping secret, place and counter; not onto a name that is there", () => {
  const { ask, put } = testSmartToken();
  put("event", { type: "hotp", digits: 6 });
  put("other");
  ask(calculateOf("event"));
  const rename = (from: string, to: string) =>
    ask({ kind: "rename", from: utf8(from), to: utf8(to) });
  expect(rename("event", "other")).toBe("6984");
  expect(rename("event", "event")).toBe("6984");
  expect(rename("event", "occurrence")).toBe("9000");
  expect(ask(calculateOf("event"))).toBe("6984");
  expect(codeOf(ask(calculateOf("occurrence")))).toBe("287082");
});

test("takes challenges of 1 to 64 bytes for TOTP, any for HOTP", () => {
  const { ask, put } = testSmartToken();
  put("time");
  put("event", { type: "hotp" });
  const calculate = (name: string, length: number) =>
    ask({ ...request(name), challenge: new Uint8Array(length) }).slice(-4);
  const request = (name: string) =>
    ({
      kind: "calculate",
      name: utf8(name),
      challenge: new Uint8Array(0),
      truncated: false,
    }) as const;
  for (const length of [1, 8, 9, 50, 63, 64]) expect(calculate("time", length)).toBe("9000");
  expect(calculate("time", 0)).toBe("6A80");
  for (const length of [0, 8, 64]) expect(calculate("event", length)).toBe("9000");
});

test("an only-increasing credential refuses a challenge below the last one, and no other", () => {
  const { ask, put, token } = testSmartToken();
  put("up", { property: 1 });
  const code = (step: bigint) => codeOf(ask(calculateOf("up", step)));
  expect(code(1n)).toBe("94287082");
  expect(code(256n)).not.toBe("6982");
  expect(code(256n)).not.toBe("6982");
  expect(code(255n)).toBe("6982");
  const all = (step: string) =>
    ask({ kind: "calculate-all", challenge: bytes(step), truncated: true });
  expect(all("00000000000000FF")).toBe("6982");
  expect(all("0000000000000101").slice(-4)).toBe("9000");
  token.powerOff();
  token.powerOn();
  ask({ kind: "select", aid: bytes("A0000005272101") });
  expect(code(256n)).toBe("6982");
  expect(code(257n)).not.toBe("6982");
});

test("CALCULATE ALL advances no counter, waits for nobody, keeps the order", () => {
  const { ask, put } = testSmartToken({ touch: "never" });
  put("touch", { property: 2 });
  put("event", { type: "hotp", digits: 6 });
  put("time");
  const all = { kind: "calculate-all", challenge: bytes("0000000000000001") } as const;
  const expected = "7105746F7563687C0108" + "71056576656E74770106" + "710474696D65";
  for (let turn = 0; turn < 3; turn++) {
    expect(ask({ ...all, truncated: true })).toBe(`${expected}76050841397EEA9000`);
  }
  expect(ask({ ...all, truncated: false }).slice(expected.length, expected.length + 4)).toBe(
    "7515",
  );
  expect(codeOf(ask(calculateOf("event")))).toBe("755224");
});

test("CALCULATE ALL wants a challenge only where it calculates", () => {
  const { ask, put } = testSmartToken();
  const all = { kind: "calculate-all", challenge: new Uint8Array(0), truncated: true } as const;
  expect(ask(all)).toBe("9000");
  put("event", { type: "hotp" });
  expect(ask(all).slice(-4)).toBe("9000");
  put("time");
  expect(ask(all)).toBe("6A80");
});

test("refuses wrong classes, instructions, parameters and lengths, each by its status word", () => {
  const { send } = testSmartToken();
  expect(send("80A1000000")).toBe("6E00");
  expect(send("00FF000000")).toBe("6D00");
  expect(send("00A1010000")).toBe("6B00");
  expect(send("00A2000200")).toBe("6B00");
  expect(send("0004000000")).toBe("6B00");
  expect(send("00A4040107A0000005272101")).toBe("6B00");
  expect(send("00A100000301")).toBe("6700");
  expect(send("00A1")).toBe("6700");
  expect(send("00A5000000")).toBe("6985");
});

test("a damaged credential answers 6581 until it is deleted or written again", () => {
  const { ask, put, token } = testSmartToken();
  put("a");
  put("b");
  token.damageCredential("a");
  const all = { kind: "calculate-all", challenge: bytes("01"), truncated: true } as const;
  expect(ask(calculateOf("a", 1n))).toBe("6581");
  expect(ask(all)).toBe("6581");
  expect(codeOf(ask(calculateOf("b", 1n)))).toBe("94287082");
  put("a");
  expect(ask(all).slice(-4)).toBe("9000");
  expect(() => token.damageCredential("nobody")).toThrow(RangeError);
});

test("RESET empties the card, gives it another id, and needs no access key", () => {
  const { ask, put, send } = testSmartToken();
  put("a");
  const before = send(SELECT_OATH);
  expect(send("0004DEAD")).toBe("9000");
  expect(ask(LIST)).toBe("9000");
  const after = send(SELECT_OATH);
  expect(after).toHaveLength(before.length);
  expect(after).not.toBe(before);
  expect(put("a")).toBe("9000");
});

test("keeps no view of what the host sent", () => {
  const { ask, token } = testSmartToken();
  const apdu = bytes(apduOf(putOf("a")));
  expect(hex(token.card?.transmit(apdu) as Uint8Array)).toBe("9000");
  apdu.fill(0xee);
  expect(codeOf(ask(calculateOf("a", 1n)))).toBe("94287082");
});
