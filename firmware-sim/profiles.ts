// Token models as data. A closed set: every one is tested, and named in docs/serial-shell.md
// where it sits behind a shell.

import { HASH_ALGORITHMS } from "../core/oath/parameters.ts";
import type { TokenProfile } from "./emulated-token.ts";

/** 9999-12-31T23:59:59Z: beyond step 2^32 of 30 seconds, and exact in whole microseconds. */
const YEAR_9999_END = 253_402_300_799;

const FIRMWARE = "1.0";

/** A token without hardware: all the RFCs allow. */
const SOFTWARE: TokenProfile = {
  name: "software",
  summary: "software token: every hash, 6 to 10 digits, 32 credentials",
  firmware: FIRMWARE,
  algorithms: HASH_ALGORITHMS,
  digits: [6, 7, 8, 9, 10],
  stepSeconds: { low: 1, high: 3600 },
  secretBytes: { low: 1, high: 1024 },
  credentials: 32,
  timeRange: { fromSeconds: 0, toSeconds: YEAR_9999_END },
  showSeconds: 0,
  clockSurvivesPowerOff: true,
};

/** A key-ring token as shipped by the thousand; its RTC knows the years 2000 to 2099. */
const DISPLAY_TOKEN: TokenProfile = {
  ...SOFTWARE,
  name: "display-token",
  summary: "key-ring token: SHA-1, 6 digits, 30 seconds, shows a code for 15 s after the button",
  algorithms: ["SHA1"],
  digits: [6],
  stepSeconds: { low: 30, high: 30 },
  secretBytes: { low: 16, high: 64 },
  credentials: 1,
  timeRange: { fromSeconds: 946_684_800, toSeconds: 4_102_444_799 },
  showSeconds: 15,
};

const DISPLAY_TOKEN_60: TokenProfile = {
  ...DISPLAY_TOKEN,
  name: "display-token-60",
  summary: "key-ring token: SHA-1, 6 digits, 60 seconds, shows a code for 15 s after the button",
  stepSeconds: { low: 60, high: 60 },
};

/** A card that is programmed again and again; whoever sets its clock writes its secret anew. */
const PROGRAMMABLE_TOKEN: TokenProfile = {
  ...DISPLAY_TOKEN,
  name: "programmable-token",
  summary:
    "programmable card: SHA-1, 6 digits, 30 seconds; setting its clock takes its secret away",
  showSeconds: 0,
  settingTimeForgets: true,
};

/** Behind the complete dialect of the serial shell. Its lines hold secrets of up to 128 bytes. */
const SERIAL_SHELL: TokenProfile = {
  ...SOFTWARE,
  name: "serial-shell",
  summary: "token on a serial port, complete shell: every hash, 6 to 10 digits, 8 credentials",
  secretBytes: { low: 1, high: 128 },
  credentials: 8,
};

/** Behind the original dialect: an Arduino Uno with a DS3231 and its EEPROM. */
const ARDUINO_SHELL: TokenProfile = {
  ...SOFTWARE,
  name: "arduino-shell",
  summary: "Arduino on a serial port, original shell: SHA-1, 30 seconds, one key",
  algorithms: ["SHA1"],
  digits: [6, 7, 8, 9, 10],
  stepSeconds: { low: 30, high: 30 },
  secretBytes: { low: 1, high: 122 },
  credentials: 1,
  timeRange: { fromSeconds: 0, toSeconds: 0xffff_ffff },
};

/** Behind the CLI of the Flipper Authenticator; codes of 5 digits and Steam's are left out. */
const FLIPPER: TokenProfile = {
  ...SOFTWARE,
  name: "flipper",
  summary: "Flipper Authenticator: every hash, 6 or 8 digits, steps of 15 to 255 s, 60 credentials",
  firmware: "5.15.0",
  digits: [6, 8],
  stepSeconds: { low: 15, high: 255 },
  secretBytes: { low: 1, high: 128 },
  credentials: 60,
};

/** Every token model. */
export const TOKEN_PROFILES: readonly TokenProfile[] = [
  SOFTWARE,
  DISPLAY_TOKEN,
  DISPLAY_TOKEN_60,
  PROGRAMMABLE_TOKEN,
  SERIAL_SHELL,
  ARDUINO_SHELL,
  FLIPPER,
];

/** Names of the token models. */
export const PROFILE_NAMES: readonly string[] = TOKEN_PROFILES.map((profile) => profile.name);

/** A token model by its name. @throws {RangeError} naming the models there are */
export function profileOf(name: string): TokenProfile {
  const profile = TOKEN_PROFILES.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    throw new RangeError(`there is no profile "${name}"; there are ${PROFILE_NAMES.join(", ")}`);
  }
  return profile;
}
