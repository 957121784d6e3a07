// The commands of the Flipper Authenticator (protocols/serial-tokens.md §1.2). None reads a code
// and none sets the clock.

import { type EmulatedToken, FirmwareError, type StoredCredential } from "../emulated-token.ts";
import {
  ADD_OPTIONS,
  decodeTypedSecret,
  type FlipperFields,
  readFields,
  UPDATE_OPTIONS,
} from "./flipper-fields.ts";
import { attributesText, CRLF, coloured, exportText, listText } from "./flipper-print.ts";
import { badValue, FlipperError, invalidArguments, readArguments } from "./flipper-words.ts";

/** What a command comes to: `text` is printed. */
export type FlipperStep = { readonly kind: "done"; readonly text: string } | FlipperWait;

/** A command that goes on when more was typed, or the button on the device was pressed. */
export type FlipperWait =
  /** Prints `text`, then takes a line of secret characters. */
  | {
      readonly kind: "secret";
      readonly text: string;
      readonly echo: boolean;
      readonly finish: (secret: string) => string;
    }
  /** Prints `text`, then takes one key, or with `word` a line that must be it. */
  | {
      readonly kind: "confirm";
      readonly text: string;
      readonly word?: string;
      readonly finish: () => string;
    }
  /** Prints `text`, then waits for the button on the device. */
  | { readonly kind: "on-device"; readonly text: string; readonly finish: () => string };

/** What the app keeps beside its tokens. */
export interface FlipperSettings {
  timezoneHours: number;
  notify: string;
  automation: string;
}

/** As the app is installed. */
export const FLIPPER_DEFAULTS: Readonly<FlipperSettings> = {
  timezoneHours: 0,
  notify: "sound, vibro",
  automation: "none",
};

const COMMANDS =
  "help, version, list, lsattr, add, update, delete, move, pin, notify, timezone, automation, " +
  "reset, export";

/** Runs `totp WORD …`. @throws {FlipperError} @throws {FirmwareError} */
export function flipperCommand(
  token: EmulatedToken,
  settings: FlipperSettings,
  [word = "", ...rest]: readonly string[],
): FlipperStep {
  switch (word) {
    case "":
    case "help":
    case "h":
    case "?":
      return done(`Command line interface of the Authenticator: ${COMMANDS}${CRLF}`);
    case "version":
      return done(`${token.profile.firmware}${CRLF}`);
    case "list":
    case "ls":
      return done(listText(token.list(), readArguments(rest, TSV).options.has("--tsv")));
    case "lsattr":
    case "cat": {
      const { words, options } = readArguments(rest, TSV);
      const { index, credential } = byIndex(token, words[0]);
      return done(attributesText(index, credential, options.has("--tsv")));
    }
    case "add":
    case "mk":
    case "new":
      return add(token, rest);
    case "update":
      return update(token, rest);
    case "delete":
    case "rm":
      return remove(token, rest);
    case "move":
    case "mv":
      return move(token, rest);
    case "timezone":
    case "tz":
      return timezone(settings, rest);
    case "notify":
      return setting(settings, "notify", rest);
    case "automation":
      return setting(settings, "automation", rest);
    case "pin":
      return pin(rest);
    case "reset":
      return resetAll(token, settings);
    case "export":
      return {
        kind: "on-device",
        text: `Confirm the export on the device${CRLF}`,
        finish: () => exportText(token.list()),
      };
    default:
      throw new FlipperError(
        `Command "${word}" is unknown. Use "help" command to get list of available commands.`,
      );
  }
}

const TSV = { "--tsv": "flag" } as const;

function done(text: string): FlipperStep {
  return { kind: "done", text };
}

function resetAll(token: EmulatedToken, settings: FlipperSettings): FlipperStep {
  const warning = coloured("warning", "This command will reset app settings to default");
  return {
    kind: "confirm",
    text: `${warning}${CRLF}Type "YES" and hit [ENTER] to confirm:${CRLF}`,
    word: "YES",
    finish: () => {
      for (const { name } of token.list()) token.remove(name);
      Object.assign(settings, FLIPPER_DEFAULTS);
      return `Application has been successfully reset to default.${CRLF}`;
    },
  };
}

function add(token: EmulatedToken, words: readonly string[]): FlipperStep {
  const given = readArguments(words, ADD_OPTIONS);
  const name = given.words[0];
  if (name === undefined || name === "" || given.words.length > 1) throw invalidArguments();
  const fields = readFields(given);
  return askSecret(fields, (secret) => {
    // The app takes names twice; this store does not: the second one is refused as a failed write.
    if (token.list().some((each) => each.name === name)) throw storageFailure();
    token.put({ name, secret, parameters: fields.parameters, counter: fields.counter });
    return success(name, "added");
  });
}

function update(token: EmulatedToken, words: readonly string[]): FlipperStep {
  const given = readArguments(words, UPDATE_OPTIONS);
  const { credential } = byIndex(token, given.words[0]);
  const fields = readFields(given, credential);
  const name = given.options.get("-n")?.at(-1) ?? credential.name;
  const write = (secret: Uint8Array): string => {
    const next = { name, secret, parameters: fields.parameters, counter: fields.counter };
    if (name === credential.name) token.put(next);
    else rewrite(token, (all) => all.map((each) => (each.name === credential.name ? next : each)));
    return success(name, "updated");
  };
  if (given.options.has("-s")) return askSecret(fields, write);
  return done(write(credential.secret));
}

function remove(token: EmulatedToken, words: readonly string[]): FlipperStep {
  const given = readArguments(words, { "-f": "flag" });
  const { credential } = byIndex(token, given.words[0]);
  const act = (): string => {
    token.remove(credential.name);
    return success(credential.name, "deleted");
  };
  if (given.options.has("-f")) return done(act());
  const warning = `TOKEN "${credential.name}" WILL BE PERMANENTLY DELETED`;
  const head = `${coloured("warning", "WARNING!")}${CRLF}${warning}${CRLF}`;
  const text = `${head}WITHOUT ABILITY TO RECOVER IT.${CRLF}Confirm? [y/n]${CRLF}`;
  return { kind: "confirm", text, finish: act };
}

function move(token: EmulatedToken, words: readonly string[]): FlipperStep {
  const [from, to] = readArguments(words, {}).words;
  const { credential, index } = byIndex(token, from);
  const { index: target } = byIndex(token, to);
  rewrite(token, (all) => {
    const others = all.filter((_, at) => at !== index - 1);
    return [...others.slice(0, target - 1), credential, ...others.slice(target - 1)];
  });
  return done(success(credential.name, "updated"));
}

function timezone(settings: FlipperSettings, words: readonly string[]): FlipperStep {
  const [hours] = words;
  if (hours === undefined) {
    return done(`Current timezone offset is ${settings.timezoneHours.toFixed(6)}${CRLF}`);
  }
  const value = /^[+-]?\d{1,2}(?:\.\d{1,6})?$/.test(hours) ? Number(hours) : Number.NaN;
  if (!(value >= -12.75 && value <= 14.75)) throw new FlipperError("Invalid timezone offset");
  settings.timezoneHours = value;
  return done(coloured("success", `Timezone is set to ${value.toFixed(6)}${CRLF}`));
}

function setting(
  settings: FlipperSettings,
  name: "notify" | "automation",
  words: readonly string[],
): FlipperStep {
  if (words.length === 0) return done(`Current ${name} setting is ${settings[name]}${CRLF}`);
  const { words: values } = readArguments(words, { "-k": "value", "-w": "value" });
  const known = name === "notify" ? ["none", "sound", "vibro"] : ["none", "usb", "bt"];
  const wrong = values.find((value) => !known.includes(value.toLowerCase()));
  if (wrong !== undefined || values.length === 0) throw badValue(name, wrong ?? "");
  settings[name] = values.join(", ").toLowerCase();
  return done(coloured("success", `${name} setting is set to ${settings[name]}${CRLF}`));
}

/** The PIN is typed with the arrow keys of the device's own pad: here it is only taken note of. */
function pin(words: readonly string[]): FlipperStep {
  const [what] = readArguments(words, { "-c": "value" }).words;
  if (what === "remove")
    return done(coloured("success", `PIN has been successfully removed${CRLF}`));
  if (what !== "set") throw invalidArguments();
  return {
    kind: "on-device",
    text: `Enter new PIN on the device${CRLF}`,
    finish: () => coloured("success", `PIN has been successfully set${CRLF}`),
  };
}

function askSecret(
  { form, echoesSecret }: FlipperFields,
  write: (secret: Uint8Array) => string,
): FlipperStep {
  return {
    kind: "secret",
    text: `Enter token secret and confirm with [ENTER]:${CRLF}`,
    echo: echoesSecret,
    finish: (text) => {
      const secret = decodeTypedSecret(text, form);
      try {
        return write(secret);
      } catch (error) {
        if (!(error instanceof FirmwareError) || error.refusal === "off") throw error;
        throw error.refusal === "full"
          ? storageFailure()
          : new FlipperError("Token secret seems to be invalid and can not be parsed");
      }
    },
  };
}

/** A token by its index, counted from 1. */
function byIndex(
  token: EmulatedToken,
  text: string | undefined,
): { readonly index: number; readonly credential: StoredCredential } {
  const index = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  const credential = token.list()[index - 1];
  if (credential === undefined) throw invalidArguments();
  return { index, credential };
}

/** Writes all tokens anew, in another order or under other names. */
function rewrite(
  token: EmulatedToken,
  change: (all: readonly StoredCredential[]) => readonly StoredCredential[],
): void {
  const before = token.list();
  const after = change(before);
  if (new Set(after.map(({ name }) => name)).size !== after.length) throw storageFailure();
  for (const { name } of before) token.remove(name);
  for (const credential of after) token.put(credential);
}

function success(name: string, what: "added" | "updated" | "deleted"): string {
  return coloured("success", `Token "${name}" has been successfully ${what}${CRLF}`);
}

function storageFailure(): FlipperError {
  return new FlipperError("An error has occurred during updating config file");
}
