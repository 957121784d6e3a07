import { expect, test } from "vitest";
import { UsageError } from "../usage-error.ts";
import { RUN_PROFILES, type TokenArguments, tokenSpecsOf } from "./run-spec.ts";

const USUAL: TokenArguments = {
  attach: "usbip",
  touch: "auto",
  "press-to-show": false,
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
  const [first, second, third] = specs({
    ppm: "5",
    token: [
      "profile=arduino-shell,state=a.json,offset=90s",
      "profile=arduino-shell,ppm=40,control=t.sock",
      "profile=canokey",
    ],
  });
  expect(first).toMatchObject({
    name: "arduino-shell",
    stateFile: "a.json",
    clock: { ratePpm: 5, offsetSeconds: 90 },
  });
  expect(second).toMatchObject({
    name: "arduino-shell#2",
    control: { kind: "unix", path: "t.sock" },
    clock: { ratePpm: 40 },
  });
  expect(second?.stateFile).toBeUndefined();
  // It has no clock: what is said of all of them is for the others.
  expect(third?.clock).toEqual({});
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
  [{ attach: "pty", address: "a:1" }, "--address means nothing here: --attach pty"],
  [{ attach: "uhid", profile: "nitrokey3" }, "--attach uhid: a nitrokey3 has nothing for it"],
  [{ attach: "vpcd", profile: "nitrokey-pro" }, "--attach vpcd: a nitrokey-pro has nothing"],
  [{ attach: "pty", profile: "yubikey5" }, "--attach pty: a yubikey5 has nothing for it"],
  [{ attach: "vpcd", profile: "flipper" }, "--attach vpcd: a flipper has nothing for it"],
  [{ "press-to-show": true, touch: "never" }, "--touch never is the contrary"],
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
  [{ offset: "90m", attach: "pty" }, "--offset must be a number"],
])("refuses %j", (args, message) => {
  expect(() => specs(args)).toThrow(message);
});

const SMART = ["yubikey5", "yubikey4", "yubikey-neo", "canokey", "nitrokey3", "generic-oath"];
const SERIAL = ["serial-shell", "arduino-shell", "flipper"];
const SECRET = { "secret-file": "a.txt" };

test.each<[Partial<TokenArguments>, readonly string[]]>([
  [{ clock: "xtal-token" }, SMART],
  [{ ppm: "40" }, SMART],
  [{ offset: "90" }, SMART],
  [{ serial: "7" }, SERIAL],
  [{ touch: "button" }, ["nitrokey-pro"]],
  [{ "press-to-show": true }, ["nitrokey-pro"]],
  [{ "password-file": "a.txt" }, ["nitrokey-pro", ...SERIAL]],
  [{ "password-stdin": true }, ["nitrokey-pro", ...SERIAL]],
  [{ credential: "a" }, RUN_PROFILES],
  [{ credential: "a", ...SECRET }, []],
  [{ shell: "arduino" }, RUN_PROFILES.filter((profile) => profile !== "arduino-shell")],
])("%j is refused where it means nothing, and taken by every other model", (given, without) => {
  const option = Object.keys(given)[0];
  const refused = RUN_PROFILES.filter((profile) => {
    try {
      specs({ profile, ...given });
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toContain(`--${option} `);
      return true;
    }
  });
  expect(refused).toEqual(RUN_PROFILES.filter((profile) => without.includes(profile)));
});

test("an option of a token's own is refused where it means nothing, whatever the others are", () => {
  const token = ["profile=canokey,ppm=40", "profile=flipper"];
  expect(() => specs({ token })).toThrow("--ppm means nothing here: canokey has no clock");
  expect(() => specs({ touch: "never", token: ["profile=nitrokey-pro"] })).toThrow("--touch means");
});
