import { expect, test } from "vitest";
import { type TokenArguments, tokenSpecsOf } from "./run-spec.ts";

const USUAL: TokenArguments = {
  attach: "usbip",
  touch: "auto",
  "press-to-show": false,
  credential: "oathbed",
  "secret-stdin": false,
};
const specs = (args: Partial<TokenArguments>) => tokenSpecsOf({ ...USUAL, ...args });

test("is one token without --token: a YubiKey, or a serial shell on a terminal", () => {
  expect(specs({})).toMatchObject([{ name: "yubikey5", model: { kind: "smart" } }]);
  expect(specs({ attach: "pty" })).toMatchObject([
    { model: { kind: "serial", shell: "complete" } },
  ]);
  expect(specs({ attach: "pty", shell: "flipper" })).toMatchObject([{ name: "flipper" }]);
});

test("gives each --token its own values, and the others those of all", () => {
  const [first, second] = specs({
    ppm: "5",
    token: ["profile=canokey,state=a.json,offset=90s", "profile=canokey,ppm=40,control=t.sock"],
  });
  expect(first).toMatchObject({
    name: "canokey",
    stateFile: "a.json",
    clock: { ratePpm: 5, offsetSeconds: 90 },
  });
  expect(second).toMatchObject({
    name: "canokey#2",
    control: { kind: "unix", path: "t.sock" },
    clock: { ratePpm: 40 },
  });
  expect(second?.stateFile).toBeUndefined();
});

test("puts cards into vpcd's readers one after another, but where an address says which", () => {
  const ports = specs({
    attach: "vpcd",
    token: ["profile=canokey", "address=10.0.0.1:7,profile=nitrokey3", "profile=yubikey4"],
  }).map(({ host, port }) => [host, port]);
  expect(ports).toEqual([
    [undefined, 35963],
    ["10.0.0.1", 7],
    [undefined, 35964],
  ]);
});

test("takes addresses of both families", () => {
  expect(specs({ address: "[::1]:0" })).toMatchObject([{ host: "::1", port: 0 }]);
});

test.each([
  [{ profile: "yubikey6" }, '--profile: there is no "yubikey6"'],
  [{ attach: "usb" }, '--attach: there is no "usb"'],
  [{ touch: "me" }, '--touch: there is no "me"'],
  [{ address: "3240" }, "--address must be HOST:PORT"],
  [{ address: "::1:3240" }, "--address must be HOST:PORT"],
  [{ address: "a:65536" }, "--address must be HOST:PORT"],
  [{ attach: "pty", address: "a:1" }, "--address has no meaning with --attach pty"],
  [{ serial: "0" }, "--serial must be a whole number from 1 to 99999999"],
  [{ attach: "pty", serial: "7" }, "tells no serial number"],
  [{ profile: "canokey", shell: "arduino" }, "--shell arduino is that of arduino-shell"],
  [{ state: "a", token: ["profile=canokey", "profile=flipper"] }, "--state cannot be that of"],
  [{ token: ["serial=7", "serial=7"] }, "--serial cannot be that of several"],
  [{ token: ["profil=canokey"] }, '"profil=canokey" is no NAME=VALUE'],
  [{ token: ["canokey"] }, '"canokey" is no NAME=VALUE'],
  [{ token: ["profile="] }, "is no NAME=VALUE"],
  [{ token: ["ppm=1,ppm=2"] }, '"ppm=2" is no NAME=VALUE'],
  [{ token: ["secret-stdin=true"] }, "is no NAME=VALUE"],
  [{ offset: "90m" }, "--offset must be a number"],
])("refuses %j", (args, message) => {
  expect(() => specs(args)).toThrow(message);
});
