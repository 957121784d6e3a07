import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { bytes, hex, utf8 } from "../../../core/wire/testing/frames.ts";
import { accessProof, deriveAccessKey, type YkoathRequest } from "../../../core/wire/ykoath.ts";
import {
  calculateOf,
  codeOf,
  putOf,
  SELECT_OATH,
  type TestSmartToken,
  testSmartToken,
} from "../testing/smart-token.ts";

const KEY = deriveAccessKey("secret", bytes("0001020304050607"));
const HOST_CHALLENGE = bytes("AABBCCDDEEFF0011");

function setCode(key: Uint8Array = KEY, challenge: Uint8Array = HOST_CHALLENGE): YkoathRequest {
  const response = accessProof(key, challenge);
  return { kind: "set-code", keyType: 0x21, key, challenge, response };
}

/** Selects, and proves the key over the card's challenge. */
function unlock({ send, ask }: TestSmartToken, key: Uint8Array = KEY): string {
  const challenge = cardChallengeOf(send(SELECT_OATH));
  const response = accessProof(key, challenge);
  return ask({ kind: "validate", response, challenge: HOST_CHALLENGE });
}

function cardChallengeOf(answer: string): Uint8Array {
  return bytes(/7408(.{16})7B/.exec(answer)?.[1] ?? "");
}

function locked(): TestSmartToken {
  const token = testSmartToken();
  token.put("time");
  expect(token.ask(setCode())).toBe("9000");
  token.send(SELECT_OATH);
  return token;
}

test("a locked card does nothing but SELECT, VALIDATE and RESET", () => {
  const { ask, send, put } = locked();
  const requests: readonly YkoathRequest[] = [
    putOf("b"),
    { kind: "delete", name: utf8("time") },
    { kind: "rename", from: utf8("time"), to: utf8("b") },
    { kind: "list", withProperties: false },
    calculateOf("time", 1n),
    { kind: "calculate-all", challenge: HOST_CHALLENGE, truncated: true },
    { kind: "send-remaining" },
    { kind: "remove-code" },
    setCode(),
  ];
  for (const request of requests) expect(ask(request), request.kind).toBe("6982");
  expect(send("00A1010000")).toBe("6B00");
  expect(send("00FF000000")).toBe("6D00");
  expect(send("0002000000")).toBe("6982");
  expect(send("0004DEAD")).toBe("9000");
  expect(put("b")).toBe("9000");
});

test("the host's proof unlocks, and the card proves itself", () => {
  const token = locked();
  const proof = createHmac("sha1", KEY).update(HOST_CHALLENGE).digest("hex").toUpperCase();
  expect(unlock(token)).toBe(`7514${proof}9000`);
  expect(codeOf(token.ask(calculateOf("time", 1n)))).toBe("94287082");
});

test("every SELECT asks another challenge and locks again; a proof of the last one is wrong", () => {
  const token = locked();
  const challenge = cardChallengeOf(token.send(SELECT_OATH));
  const validate = {
    kind: "validate",
    response: accessProof(KEY, challenge),
    challenge: HOST_CHALLENGE,
  } as const;
  expect(token.ask(validate).slice(-4)).toBe("9000");
  expect(hex(cardChallengeOf(token.send(SELECT_OATH)))).not.toBe(hex(challenge));
  expect(token.ask(validate)).toBe("6A80");
  expect(token.ask(calculateOf("time", 1n))).toBe("6982");
});

test("a wrong proof is refused, and the right one is taken after it", () => {
  const token = locked();
  expect(unlock(token, new Uint8Array(16))).toBe("6A80");
  expect(token.ask(calculateOf("time", 1n))).toBe("6982");
  expect(unlock(token).slice(-4)).toBe("9000");
});

test("a proof of another length, or with a short host challenge, does not unlock", () => {
  const token = locked();
  const challenge = cardChallengeOf(token.send(SELECT_OATH));
  const response = accessProof(KEY, challenge);
  const validate = (proof: Uint8Array, host: Uint8Array) =>
    token.ask({ kind: "validate", response: proof, challenge: host });
  expect(validate(response.subarray(0, 19), HOST_CHALLENGE)).toBe("6A80");
  expect(validate(response.subarray(0, 1), HOST_CHALLENGE)).toBe("6A80");
  expect(validate(response, HOST_CHALLENGE.subarray(0, 7))).toBe("6A80");
  expect(token.ask({ kind: "list", withProperties: false })).toBe("6982");
});

test("VALIDATE without an access key is 6984", () => {
  const { ask } = testSmartToken();
  const response = new Uint8Array(20);
  expect(ask({ kind: "validate", response, challenge: HOST_CHALLENGE })).toBe("6984");
});

test("SET CODE wants a proof made with the new key", () => {
  const { ask, send } = testSmartToken();
  const right = setCode();
  if (right.kind !== "set-code") throw new Error("not SET CODE");
  expect(ask({ ...right, response: new Uint8Array(20) })).toBe("6984");
  expect(ask({ ...right, response: new Uint8Array(19) })).toBe("6A80");
  expect(ask(setCode(KEY, HOST_CHALLENGE.subarray(0, 7)))).toBe("6A80");
  expect(send(SELECT_OATH)).not.toContain("7408");
});

test("the session that sets a key stays open, and both empty forms remove it", () => {
  for (const remove of ["00030000027300", "0003000000"]) {
    const token = testSmartToken();
    expect(token.ask(setCode())).toBe("9000");
    expect(token.put("a")).toBe("9000");
    expect(token.send(remove)).toBe("9000");
    expect(token.send(SELECT_OATH)).not.toContain("7408");
  }
});

test("keys of 1 to 64 bytes and every hash work", () => {
  for (const [keyType, hash] of [
    [0x21, "sha1"],
    [0x22, "sha256"],
    [0x23, "sha512"],
  ] as const) {
    for (const length of [1, 63, 64]) {
      const token = testSmartToken();
      const key = new Uint8Array(length).fill(7);
      const mac = (challenge: Uint8Array) =>
        new Uint8Array(createHmac(hash, key).update(challenge).digest());
      const challenge = HOST_CHALLENGE;
      const response = mac(challenge);
      const set = token.ask({ kind: "set-code", keyType, key, challenge, response });
      expect(set).toBe("9000");
      const cardChallenge = cardChallengeOf(token.send(SELECT_OATH));
      const answer = token.ask({ kind: "validate", response: mac(cardChallenge), challenge });
      expect(answer.slice(4)).toBe(`${hex(response)}9000`);
    }
  }
});

test("the proof is gone with the power and after another application was selected", () => {
  const token = locked();
  unlock(token);
  token.token.powerOff();
  token.token.powerOn();
  expect(token.send("00A1000000")).toBe("6D00");
  token.send(SELECT_OATH);
  expect(token.send("00A1000000")).toBe("6982");
  unlock(token);
  token.send("00A4040008A000000527471117");
  token.send(SELECT_OATH);
  expect(token.send("00A1000000")).toBe("6982");
});
