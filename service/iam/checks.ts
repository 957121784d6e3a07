// The rules of parameters, and the texts of their violations. All violations of a request are told
// together. IAM leaves the value out of its texts, STS shows it, as the real ones do.

import { IamFault, invalid } from "./fault.ts";
import { membersOf, type Parameters } from "./parameters.ts";
import type { Tag } from "./state/model.ts";

/** A rule of a text. Lengths are in characters. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** How the pattern is written in texts; default its source, without ^ and $. */
  readonly shown?: string;
  readonly values?: readonly string[];
}

type RuleName =
  | "userName"
  | "newUserName"
  | "serial"
  | "code"
  | "deviceName"
  | "path"
  | "pathPrefix"
  | "marker"
  | "status"
  | "tokenCode"
  | "sessionName"
  | "roleArn"
  | "externalId";

/** Rules of the fields (service model). */
export const RULES: Readonly<Record<RuleName, TextRule>> = {
  userName: { min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ },
  newUserName: { min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ },
  serial: { min: 9, max: 256, pattern: /^[\w+=/:,.@-]+$/ },
  code: { min: 6, max: 6, pattern: /^[\d]+$/ },
  deviceName: { min: 1, pattern: /^[\w+=,.@-]+$/ },
  path: { min: 1, max: 512 },
  pathPrefix: { min: 1, max: 512, pattern: /^\/[\u0021-\u007e]*$/ },
  marker: { min: 1, max: 320, pattern: /^[\u0020-\u00ff]+$/ },
  status: { values: ["Assigned", "Unassigned", "Any"] },
  tokenCode: { min: 6, max: 6, pattern: /^[\d]*$/ },
  sessionName: { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ },
  roleArn: { min: 20, max: 2048, pattern: /^[\u0020-\u007e\u00a0-\ud7ff]+$/ },
  externalId: { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ },
};

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_SHOWN = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";
const TAG_KEY: TextRule = { min: 1, max: 128, pattern: TAG_TEXT, shown: TAG_SHOWN };
const TAG_VALUE: TextRule = { max: 256, pattern: TAG_TEXT, shown: TAG_SHOWN };
const PATH_TEXT =
  "The specified value for path is invalid. It must begin and end with / and contain only " +
  "alphanumeric characters and/or / characters.";
/** Most tags of a user or device. */
export const MAX_TAGS = 50;

/** Checks the parameters of one request. */
export class Checks {
  readonly #parameters: Parameters;
  readonly #showsValues: boolean;
  readonly #violations: string[] = [];

  constructor(parameters: Parameters, service: "iam" | "sts") {
    this.#parameters = parameters;
    this.#showsValues = service === "sts";
  }

  /** A text that must be there; "" until `done` has thrown for it. */
  required(name: string, rule: TextRule): string {
    const value = this.optional(name, rule);
    if (value === null) this.#violate(name, null, "Member must not be null");
    return value ?? "";
  }

  /** A text; null when it was not given. */
  optional(name: string, rule: TextRule): string | null {
    const value = this.#parameters.get(name) ?? null;
    if (value !== null) this.#text(name, value, rule);
    return value;
  }

  /** A whole number; null when it was not given. */
  number(name: string, low: number, high: number): number | null {
    const text = this.#parameters.get(name);
    if (text === undefined) return null;
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= low)) {
      this.#violate(name, text, `Member must have value greater than or equal to ${low}`);
    } else if (value > high) {
      this.#violate(name, text, `Member must have value less than or equal to ${high}`);
    }
    return value;
  }

  /** Tags to be set; empty when none were given, unless they are required. */
  tags(isRequired = false): readonly Tag[] {
    const members = membersOf(this.#parameters, "Tags");
    if (isRequired && members.length === 0) this.#violate("Tags", null, "Member must not be null");
    this.#length("Tags", members.length);
    return members.map((member, at) => {
      const key = member.get("Key");
      const value = member.get("Value");
      this.#member(`tags.${at + 1}.member.key`, key, TAG_KEY);
      this.#member(`tags.${at + 1}.member.value`, value, TAG_VALUE);
      return { key: key ?? "", value: value ?? "" };
    });
  }

  /** Keys of tags to be removed. */
  tagKeys(): readonly string[] {
    const members = membersOf(this.#parameters, "TagKeys");
    if (members.length === 0) this.#violate("TagKeys", null, "Member must not be null");
    this.#length("TagKeys", members.length);
    return members.map((member, at) => {
      const key = member.get("");
      this.#member(`tagKeys.${at + 1}.member`, key, TAG_KEY);
      return key ?? "";
    });
  }

  /** To be called when all parameters were asked for. @throws {IamFault} ValidationError */
  done(): void {
    const count = this.#violations.length;
    if (count === 0) return;
    const errors = count === 1 ? "error" : "errors";
    throw invalid(`${count} validation ${errors} detected: ${this.#violations.join("; ")}`);
  }

  #member(name: string, value: string | undefined, rule: TextRule): void {
    if (value === undefined) this.#violate(name, null, "Member must not be null");
    else this.#text(name, value, rule);
  }

  #length(name: string, count: number): void {
    if (count <= MAX_TAGS) return;
    this.#violate(name, "", `Member must have length less than or equal to ${MAX_TAGS}`);
  }

  #text(name: string, value: string, rule: TextRule): void {
    const length = [...value].length;
    const { min = 0, max = Number.POSITIVE_INFINITY, pattern, values } = rule;
    if (length > max) {
      this.#violate(name, value, `Member must have length less than or equal to ${max}`);
    }
    if (length < min) {
      this.#violate(name, value, `Member must have length greater than or equal to ${min}`);
    }
    if (pattern !== undefined && length > 0 && !pattern.test(value)) {
      const shown = rule.shown ?? pattern.source.replace(/^\^|\$$/g, "").replaceAll("\\/", "/");
      this.#violate(name, value, `Member must satisfy regular expression pattern: ${shown}`);
    }
    if (values !== undefined && !values.includes(value)) {
      this.#violate(name, value, "Member must satisfy enum value set");
    }
  }

  #violate(name: string, value: string | null, constraint: string): void {
    const camel = name.charAt(0).toLowerCase() + name.slice(1);
    const quoted = value === null ? " null" : ` '${value.slice(0, 128)}'`;
    const shown = this.#showsValues ? quoted : "";
    this.#violations.push(
      `Value${shown} at '${camel}' failed to satisfy constraint: ${constraint}`,
    );
  }
}

/** `/` or `/…/` of printable ASCII; a doubled slash is kept. @throws {IamFault} ValidationError */
export function assertPath(path: string): void {
  if (!/^\/$|^\/[\u0021-\u007e]*\/$/.test(path)) throw invalid(PATH_TEXT);
}

/** @throws {IamFault} InvalidInput when two keys differ by their case only, or one is reserved */
export function assertTagKeys(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ key }) => key.toLowerCase()));
  if (keys.size < tags.length) {
    const text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    throw new IamFault("InvalidInput", text);
  }
  if ([...keys].some((key) => key.startsWith("aws:"))) {
    throw new IamFault("InvalidInput", "Tag keys that begin with aws: are reserved.");
  }
}

/** The tags after some were set. @throws {IamFault} InvalidInput, LimitExceeded */
export function withTags(old: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  assertTagKeys(given);
  const keys = new Set(given.map(({ key }) => key.toLowerCase()));
  const tags = [...old.filter(({ key }) => !keys.has(key.toLowerCase())), ...given];
  if (tags.length > MAX_TAGS) {
    throw new IamFault("LimitExceeded", "The number of tags has reached the maximum limit.");
  }
  return tags;
}
