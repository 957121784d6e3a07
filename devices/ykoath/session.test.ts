// Bytes of the YKOATH document, sections 5 to 7 and 9, as a card and a host send them.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { DeviceError } from "../errors.ts";
import { failure } from "../testing/contract-bench.ts";
import { openYkoathDevice } from "./device.ts";
import { type Exchange, ScriptedCard } from "./testing/scripted-card.ts";

const OPEN: readonly Exchange[] = [
  ["00 A4 04 00 08 A000000527471117", "6A82"],
  ["00 A4 04 00 07 A0000005272101", "79 03 05 04 03 71 08 0001020304050607 9000"],
];
const OPEN_LOCKED: readonly Exchange[] = [
  ["00 A4 04 00 08 A000000527471117", "6A82"],
  [
    "00 A4 04 00 07 A0000005272101",
    "79 03 05 04 03 71 08 0001020304050607 74 08 1122334455667788 7B 01 01 9000",
  ],
];
const NAME = "71 08 41434D453A626F62";
const CALCULATE_ALL_1: Exchange = [
  "00 A4 00 01 0A 74 08 0000000000000001",
  `${NAME} 76 05 08 41397EEA 9000`,
];
const LIST: Exchange = ["00 A1 00 00 00", "72 09 21 41434D453A626F62 9000"];
const CALCULATE: Exchange = [
  `00 A2 00 01 14 ${NAME} 74 08 0000000000000001`,
  "76 05 08 41397EEA 9000",
];
const AT_59_US = 59_000_000;

async function opened(script: readonly Exchange[], password?: string) {
  const card = new ScriptedCard(script);
  const log: string[] = [];
  const device = await openYkoathDevice(card, {
    driver: "ykoath",
    address: "script",
    clock: {
      nowUs: () => AT_59_US,
      monotonicUs: () => 0,
      setAlarm: () => ({ atUs: 0, cancel() {} }),
    },
    log: ({ text }) => log.push(text),
    ...(password === undefined ? {} : { password }),
  });
  return { card, device, log };
}

test("writes and reads a credential in the document's bytes", async () => {
  const put = `00 01 00 00 22 ${NAME} 73 16 21 08 3132333435363738393031323334353637383930`;
  const { card, device } = await opened([
    ...OPEN,
    ["00 A4 00 01 0A 74 08 0000000000000001", "9000"],
    ["00 A1 00 00 00", "9000"],
    [put, "9000"],
    CALCULATE,
  ]);
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "ACME:bob", secret: rfc4226Secret(), parameters });
  expect(await device.readTotp()).toEqual({ code: "94287082" });
  expect(card.left).toBe(0);
});

test("says which token it is, with what its management applet tells", async () => {
  const [, select] = OPEN;
  const card = new ScriptedCard(
    [
      ["00 A4 04 00 08 A000000527471117", "56697274 9000"],
      [
        "00 1D 00 00 00",
        "2B 0102023F 020400BC614E 0302023F 040101 0503050403 06020000 07010F 080100 0D02023F " +
          "0E02023F 0A0100 9000",
      ],
      select as Exchange,
    ],
    "Yubico YubiKey OTP+CCID",
  );
  const device = await openYkoathDevice(card, { driver: "ykoath", address: "script" });
  expect(device.info).toEqual({
    driver: "ykoath",
    address: "ykoath:script",
    model: "YubiKey 5",
    firmware: "5.4.3",
    serial: "12345678",
  });
});

test("puts an answer together that comes in parts cut anywhere", async () => {
  const { device } = await opened([
    ...OPEN,
    ["00 A4 00 01 0A 74 08 0000000000000001", "71 08 4143 6105"],
    ["00 A5 00 00 00", "4D453A626F62 76 61FF"],
    ["00 A5 00 00 00", "05 08 41397EEA 9000"],
    LIST,
  ]);
  expect(await device.list()).toEqual([
    { name: "ACME:bob", parameters: totpParameters({ digits: 8 }) },
  ]);
});

test("gives up an answer that has no end", async () => {
  const { device } = await opened([...OPEN, [CALCULATE_ALL_1[0], "6105"]]);
  expect(await failure(device.list())).toBe("protocol");
});

test("reads all codes at once, and one by one those of other periods", async () => {
  const { device } = await opened([
    ...OPEN,
    [
      CALCULATE_ALL_1[0],
      "7104 74657374 7605 06248E5A29 7106 746F75636879 7C0106 710B 36302F41434D453A626F62 " +
        "7605 06248E5A29 7104 686F7470 770106 9000",
    ],
    [
      "00 A1 00 00 00",
      "7205 21 74657374 7207 21 746F75636879 720C 21 36302F41434D453A626F62 7205 11 686F7470 9000",
    ],
    ["00 A2 00 01 17 710B 36302F41434D453A626F62 7408 0000000000000000", "7605 06 4C93CF18 9000"],
  ]);
  const codes = (await device.readAll?.()) ?? [];
  expect(codes.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "test code",
    "touchy touch",
    "ACME:bob code",
    "hotp counter",
  ]);
  // 0x248E5A29 is 613308969, 0x4C93CF18 is 1284755224.
  expect(codes.flatMap((each) => (each.state === "code" ? [each.code] : []))).toEqual([
    "308969",
    "755224",
  ]);
});

test("locked: says so, refuses, and takes the key of the worked example", async () => {
  const { device } = await opened([...OPEN_LOCKED, [CALCULATE_ALL_1[0], "6982"]]);
  expect(device.isLocked).toBe(true);
  expect(await failure(device.list())).toBe("refused");
});

test("a wrong password is refused, and never shown", async () => {
  const validate = /^00A3000020751[45]/;
  const card = new ScriptedCard(OPEN_LOCKED);
  const sent: string[] = [];
  const transmit = card.transmit.bind(card);
  card.transmit = async (apdu) => {
    const hex = Buffer.from(apdu).toString("hex").toUpperCase();
    if (!validate.test(hex)) return transmit(apdu);
    sent.push(hex);
    return Uint8Array.of(0x6a, 0x80);
  };
  const lines: string[] = [];
  const options = {
    driver: "ykoath",
    address: "script",
    password: "secret",
    log: ({ text }: { readonly text: string }) => lines.push(text),
  };
  const opening = openYkoathDevice(card, options);
  await expect(opening).rejects.toThrow("unlock: the password is wrong");
  // The proof of the worked example: HMAC-SHA1 of the card's challenge.
  expect(sent[0]).toContain("9491D03F24D59ACC2E693DD5F60F82724FA1BBD6");
  expect(lines.join("\n")).not.toMatch(/9491D0|331C8B|"secret"/i);
});

test("does not trust a token that cannot prove that it knows the password", async () => {
  const card = new ScriptedCard(OPEN_LOCKED);
  const transmit = card.transmit.bind(card);
  card.transmit = async (apdu) =>
    apdu[1] === 0xa3
      ? new Uint8Array(Buffer.from(`7514${"00".repeat(20)}9000`, "hex"))
      : transmit(apdu);
  const opening = openYkoathDevice(card, { driver: "y", address: "s", password: "secret" });
  expect(await failure(opening)).toBe("protocol");
});

test.each([
  ["6984", "refused"],
  ["6982", "refused"],
  ["6581", "refused"],
  ["6A80", "bad-argument"],
  ["6D00", "not-supported"],
  ["6F00", "protocol"],
  ["6700", "bad-argument"],
])("status word %s is %s", async (sw, code) => {
  const { device } = await opened([...OPEN, CALCULATE_ALL_1, LIST, [`00 02 00 00 0A ${NAME}`, sw]]);
  expect(await failure(device.remove("ACME:bob"))).toBe(code);
});

test("a card without the applet is none of ours", async () => {
  const [management] = OPEN;
  const script: readonly Exchange[] = [
    management as Exchange,
    ["00 A4 04 00 07 A0000005272101", "6A82"],
  ];
  const opening = openYkoathDevice(new ScriptedCard(script), { driver: "y", address: "s" });
  await expect(opening).rejects.toBeInstanceOf(DeviceError);
  await expect(opening).rejects.toMatchObject({ code: "not-supported" });
});

test.each([
  ["60/foo", 30],
  ["n".repeat(63), 60],
])("refuses the name %s at %d s before anything is sent", async (name, stepSeconds) => {
  const { device } = await opened(OPEN);
  const parameters = totpParameters({ stepSeconds });
  const put = device.provision({ name, secret: rfc4226Secret(), parameters });
  expect(await failure(put)).toBe("bad-argument");
});

test("the same name with another period takes the place of the old one", async () => {
  const put = `00 01 00 00 25 710B 36302F41434D453A626F62 7316 2108 ${"3132333435363738393031323334353637383930"}`;
  const { card, device } = await opened([
    ...OPEN,
    CALCULATE_ALL_1,
    LIST,
    [put, "9000"],
    [`00 02 00 00 0A ${NAME}`, "9000"],
  ]);
  const parameters = totpParameters({ digits: 8, stepSeconds: 60 });
  await device.provision({ name: "ACME:bob", secret: rfc4226Secret(), parameters });
  expect(card.left).toBe(0);
});
