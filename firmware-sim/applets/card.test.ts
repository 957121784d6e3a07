import { expect, test } from "vitest";
import { encodeCommandApdu } from "../../core/wire/apdu.ts";
import { splitCommand } from "../../core/wire/apdu-chaining.ts";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import { decodeTlvs } from "../../core/wire/tlv.ts";
import { encodeYkoathRequest } from "../../core/wire/ykoath.ts";
import { calculateOf, codeOf, putOf, SELECT_OATH, testSmartToken } from "./testing/smart-token.ts";

const SEND_REMAINING = "00A5000000";
const ALL = "00A400010A74080000000000000001";

function filled(options: Parameters<typeof testSmartToken>[0] = {}) {
  const card = testSmartToken(options);
  for (let at = 0; at < 20; at++) card.put(`credential ${at}`.padEnd(20 + at, "."));
  return card;
}

/** All parts of an answer, without status words. */
function collect({ send }: ReturnType<typeof testSmartToken>, apdu: string): readonly string[] {
  const parts: string[] = [];
  let answer = send(apdu);
  while (answer.slice(-4).startsWith("61")) {
    parts.push(answer.slice(0, -4));
    answer = send(SEND_REMAINING);
  }
  expect(answer.slice(-4)).toBe("9000");
  return [...parts, answer.slice(0, -4)];
}

test("takes a command split at every offset", () => {
  const command = encodeYkoathRequest(putOf("ACME:bob"));
  for (let size = 1; size <= command.data.length; size++) {
    const { send, ask } = testSmartToken();
    const answers = splitCommand(command, size).map((part) => send(hex(encodeCommandApdu(part))));
    expect(answers.every((answer) => answer === "9000")).toBe(true);
    expect(codeOf(ask(calculateOf("ACME:bob", 1n)))).toBe("94287082");
  }
});

test("an answer cut at every size is the same when put together", () => {
  const whole = collect(filled({ oath: { responseBytes: 4096 } }), ALL).join("");
  expect(whole.length).toBeGreaterThan(600);
  for (let size = 1; size <= 1 + whole.length / 2; size += size < 40 ? 1 : 37) {
    const parts = collect(filled({ oath: { responseBytes: size } }), ALL);
    expect(parts.join("")).toBe(whole);
    expect(parts.slice(0, -1).every((part) => part.length === 2 * size)).toBe(true);
  }
});

test("an answer of exactly the longest size is whole", () => {
  const bytesOfAll = collect(filled({ oath: { responseBytes: 4096 } }), ALL).join("").length / 2;
  const exact = filled({ oath: { responseBytes: bytesOfAll } });
  expect(exact.send(ALL).slice(-4)).toBe("9000");
  expect(
    filled({ oath: { responseBytes: bytesOfAll - 1 } })
      .send(ALL)
      .slice(-4),
  ).toBe("6101");
  expect(
    filled({ oath: { responseBytes: 100 } })
      .send(ALL)
      .slice(-4),
  ).toBe("61FF");
});

test("a CanoKey cuts between objects only", () => {
  const parts = collect(filled({ model: "canokey", oath: { responseBytes: 100 } }), ALL);
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts) expect(decodeTlvs(bytes(part)).kind).toBe("tlvs");
});

test("an object that just fits is not put off", () => {
  const { put, send } = testSmartToken({ model: "canokey", oath: { responseBytes: 12 } });
  for (const name of ["abc", "def", "ghi"]) put(name);
  expect(send("00A1000000")).toBe("720421616263" + "720421646566" + "6106");
  expect(send(SEND_REMAINING)).toBe("720421676869" + "9000");
});

test("another command, SELECT and a reset end an answer that was not fetched", () => {
  const card = filled();
  const { send, token } = card;
  const interruptions = [
    () => send("00A1000001FF"),
    () => send(SELECT_OATH),
    () => {
      token.card?.reset();
      send(SELECT_OATH);
    },
  ];
  for (const interrupt of interruptions) {
    expect(send(ALL).slice(-4)).toBe("61FF");
    interrupt();
    if (interrupt === interruptions[0]) send(SELECT_OATH);
    expect(send(SEND_REMAINING)).toBe("6985");
  }
  expect(send(ALL).slice(-4)).toBe("61FF");
  expect(send("00A5010000")).toBe("6B00");
  expect(send(SEND_REMAINING).length).toBeGreaterThan(4);
});

test("a chain that is too long is refused, and leaves nothing behind", () => {
  const { send, put } = testSmartToken();
  const part = `10010000FF${"00".repeat(255)}`;
  for (let at = 0; at < 12; at++) expect(send(part)).toBe("9000");
  expect(send(part)).toBe("6700");
  expect(put("a")).toBe("9000");
});

test("a chain ends with the power and by another command", () => {
  const { send, token } = testSmartToken();
  expect(send("1002000003710161")).toBe("9000");
  expect(send("00A1000000")).toBe("9000");
  expect(send("0002000000")).toBe("6A80");
  expect(send("1002000003710161")).toBe("9000");
  token.powerOff();
  token.powerOn();
  send(SELECT_OATH);
  expect(send("0002000000")).toBe("6A80");
});

test("takes extended commands up to the model's length", () => {
  const { send } = testSmartToken();
  const extended = (length: number) =>
    `00010000 00${length.toString(16).padStart(4, "0")}${"71".repeat(length)}`;
  expect(send(extended(3062))).toBe("6A80");
  expect(send(extended(3063))).toBe("6700");
});

test("selects by the whole AID, with anything after it, and by nothing less", () => {
  const { send, token } = testSmartToken();
  token.card?.reset();
  expect(send("00A1000000")).toBe("6D00");
  expect(send("1001000003710161")).toBe("6884");
  expect(send("00A4040006A00000052721")).toBe("6A82");
  expect(send("00A4040000")).toBe("6A82");
  expect(send("00A4040008A000000527210101").slice(-4)).toBe("9000");
});

test("an AID it does not know leaves the session as it is", () => {
  const { send, put } = testSmartToken();
  put("a");
  expect(send("00A4040005A000000308")).toBe("6A82");
  expect(send("00A1000000")).toBe("720221619000");
});

test("without power every command is answered 6F00", () => {
  const { send, token } = testSmartToken();
  token.powerOff();
  for (const apdu of ["00A1000000", SELECT_OATH, "", "00"]) expect(send(apdu)).toBe("6F00");
});

test("keeps its wits under the commands that card explorers send", () => {
  const { send, put } = testSmartToken();
  put("a");
  const explored = [
    "00A40000023F00",
    "00A4000C023F00",
    "00A40800022F00",
    "00B0000000",
    "00B2010400",
    "00CA006E00",
    "00CA7F6800",
    "80CA9F7F00",
    "00CB3FFF055C035FC10200",
    "0020008100",
    "002000000831323334FFFFFFFF",
    "00C0000000",
    "0084000008",
    "00F1000000",
    "FFCA000000",
    "B0400000",
    "80E20000",
    "00A4040000",
    "00A404000BA000000063504B43532D3135",
    "00A40400 0CA0000001644C4153522E49",
    "0070000001",
    "00E400 00",
  ];
  for (const apdu of explored) {
    const sw = send(apdu).slice(-4);
    expect(["6700", "6A80", "6A82", "6B00", "6D00", "6E00"], `${apdu}: ${sw}`).toContain(sw);
  }
  expect(send("00A1000000")).toBe("720221619000");
});
