// SET DEFAULT of a CanoKey (YKOATH document, section 11), and what a touch types then.

import { expect, test } from "vitest";
import { TypedTextReader } from "../../../../core/wire/keyboard.ts";
import { utf8 } from "../../../../core/wire/testing/frames.ts";
import { accessProof } from "../../../../core/wire/ykoath.ts";
import { calculateOf, codeOf, SELECT_OATH, testSmartToken } from "../../testing/smart-token.ts";

const SET_DEFAULT_A = "0055000003710161";

function canokey() {
  const made = testSmartToken({ model: "canokey" });
  /** What the keyboard has typed. */
  const typed = (): string => {
    const reader = new TypedTextReader();
    let text = "";
    const next = () => made.token.otpKeyboard?.takeInputReport();
    for (let report = next(); report; report = next()) {
      const read = reader.read(report);
      if (read.kind === "typed") text += read.text;
    }
    return text;
  };
  return { ...made, typed };
}

test("a touch types the next code of the default credential, counted on in memory", () => {
  const { put, send, token, typed, ask } = canokey();
  put("a", { type: "hotp", digits: 6 });
  token.press();
  expect(typed()).toBe("");
  expect(send(SET_DEFAULT_A)).toBe("9000");
  token.press();
  expect(typed()).toBe("287082"); // A CanoKey begins at counter 1.
  token.press("long");
  expect(typed()).toBe("");
  expect(codeOf(ask(calculateOf("a")))).toBe("359152");
  token.powerOff();
  token.powerOn();
  token.press();
  expect(typed()).toBe("969429");
});

test("it stays the default when it is renamed, and is none any more when it is deleted", () => {
  const { put, send, token, typed } = canokey();
  put("a", { type: "hotp", digits: 6 });
  send(SET_DEFAULT_A);
  expect(send("0005000006" + "710161" + "710162")).toBe("9000");
  token.press();
  expect(typed()).toBe("287082");
  send("0002000003710162");
  token.press();
  expect(typed()).toBe("");
});

test("time-based credentials type nothing", () => {
  const { put, send, token, typed } = canokey();
  put("a");
  expect(send(SET_DEFAULT_A)).toBe("9000");
  token.press();
  expect(typed()).toBe("");
});

test("what is wrong is answered by its status word", () => {
  const { send, put, ask } = canokey();
  expect(send(SET_DEFAULT_A)).toBe("6984");
  put("a", { type: "hotp" });
  expect(send("0055000103710161")).toBe("6B00");
  expect(send("005500000172")).toBe("6A80");
  expect(send("0055000000")).toBe("6A80");
  const key = new Uint8Array(16).fill(7);
  const challenge = utf8("12345678");
  const response = accessProof(key, challenge);
  expect(ask({ kind: "set-code", keyType: 0x21, key, challenge, response })).toBe("9000");
  send(SELECT_OATH);
  expect(send(SET_DEFAULT_A)).toBe("6982");
});

test("no other family knows the instruction", () => {
  for (const model of ["yubikey5", "nitrokey3", "generic-oath"]) {
    expect(testSmartToken({ model }).send(SET_DEFAULT_A)).toBe("6D00");
  }
});
