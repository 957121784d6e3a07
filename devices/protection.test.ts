import { expect, test } from "vitest";
import { DeviceError } from "./errors.ts";
import { assertAllowed, type Harm, type ProtectionInput, protect } from "./protection.ts";

const BASE: ProtectionInput = {
  isEmulated: false,
  harm: "destroys",
  info: { address: "usb:1050:0407", serial: "12345678" },
  held: [],
  ours: new Set(["oathbed"]),
  destructive: true,
  serial: "12345678",
};
const { serial: _serial, ...ADDRESS_ONLY } = BASE.info;

function judged(given: Partial<ProtectionInput> = {}): string {
  const protection = protect({ ...BASE, ...given });
  return protection.kind === "allowed" ? "allowed" : `${protection.reason}; ${protection.remedy}`;
}

test("an emulated token may be destroyed by anybody", () => {
  const held = [{ name: "mine" }];
  expect(judged({ isEmulated: true, destructive: false, held, pinTries: 0 })).toBe("allowed");
});

test("destruction needs --destructive and the serial number that the token tells", () => {
  expect(judged()).toBe("allowed");
  expect(judged({ destructive: false })).toMatch(/--destructive --serial 12345678/);
  expect(judged({ serial: undefined })).toMatch(/add --serial 12345678/);
  expect(judged({ serial: "12345679" })).toMatch(/--serial is "12345679", but .* is 12345678/);
  expect(judged({ serial: " 12345678" })).toMatch(/correct --serial/);
  expect(judged({ info: ADDRESS_ONLY })).toMatch(/does not tell its serial number/);
});

test.each<Harm>(["writes", "destroys"])(
  "%s refuses a token that holds what is not ours",
  (harm) => {
    expect(judged({ harm, held: [{ name: "oathbed" }] })).toBe("allowed");
    expect(judged({ harm, held: [{ name: "oathbed" }, { name: "bank" }] })).toMatch(/: "bank";/);
    const many = ["a", "b", "c", "d", "e"].map((name) => ({ name }));
    expect(judged({ harm, held: many })).toMatch(/"a", "b", "c" and 2 more;/);
    expect(judged({ harm, held: undefined })).toMatch(/does not tell what it holds/);
  },
);

test("writing needs no permission, reading nothing at all", () => {
  expect(judged({ harm: "writes", destructive: false, serial: undefined })).toBe("allowed");
  const held = [{ name: "bank" }];
  expect(judged({ harm: "reads", destructive: false, serial: undefined, held })).toBe("allowed");
});

test.each<Harm>(["reads", "writes", "destroys"])("%s stops while PIN tries are left", (harm) => {
  expect(judged({ harm, pinTries: 2 })).toBe("allowed");
  expect(judged({ harm, pinTries: 1 })).toMatch(/has 1 PIN try left/);
  expect(judged({ harm, pinTries: 0 })).toMatch(/has 0 PIN tries left/);
});

test("a refusal is a DeviceError with the remedy as its hint", () => {
  expect(() => assertAllowed(BASE)).not.toThrow();
  expect(() => assertAllowed({ ...BASE, destructive: false })).toThrow(DeviceError);
});
