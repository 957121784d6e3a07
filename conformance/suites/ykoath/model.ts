// What a token's answer to SELECT means for the cases: gates by the version it tells, and where the
// documented families differ (YKOATH protocol, firmware gates and vendor differences).

import { type AnswerObject, SW, TAG } from "./frames.ts";

/** Families with documented differences; `yubikey` is what others copy, too. */
export type OathFamily = "yubikey" | "neo" | "canokey" | "nitrokey3";

/** What is expected of a token. */
export interface OathModel {
  readonly family: OathFamily;
  readonly version: readonly [number, number, number];
  /** Undefined: this version has no RENAME. */
  readonly renameIns: number | undefined;
  readonly hasAccessKey: boolean;
  readonly hasReset: boolean;
  readonly calculatesAll: boolean;
  readonly takesChains: boolean;
  /** PUT of a name that is there replaces; else it is refused. */
  readonly replaces: boolean;
  /** Undefined: not documented. */
  readonly hasSha512: boolean | undefined;
  readonly hasTouch: boolean | undefined;
  readonly unknownName: number;
  /** Longest challenge. */
  readonly challengeBytes: number;
  /** Counter of the first code, less the initial moving factor. */
  readonly firstCounter: number;
  /** How many credentials fit, where that is documented. */
  readonly credentials: number | undefined;
}

/** Reads the objects of SELECT's answer. */
export function modelOf(objects: readonly AnswerObject[]): OathModel {
  const [major = 0, minor = 0, patch = 0] =
    objects.find(({ tag }) => tag === TAG.version)?.value ?? [];
  const version = [major, minor, patch] as const;
  const isNitrokey = objects.some(({ tag }) => tag === TAG.serial);
  const family = isNitrokey ? "nitrokey3" : familyOf(version);
  return { ...COMMON, ...FAMILIES[family](version), family, version };
}

/** Whether a version is this one or a later one; major 0 is a development build. */
export function isAtLeast(
  version: readonly [number, number, number],
  ...least: readonly [number, number, number]
): boolean {
  if (version[0] === 0) return true;
  const parts = version.map((part, at) => part - (least[at] ?? 0));
  return (parts.find((part) => part !== 0) ?? 0) >= 0;
}

function familyOf([major, minor, patch]: readonly [number, number, number]): OathFamily {
  // CanoKeys tell 6.0.0 always.
  if (major === 6 && minor === 0 && patch === 0) return "canokey";
  return major >= 1 && major <= 3 ? "neo" : "yubikey";
}

type Differences = Omit<OathModel, "family" | "version">;

const COMMON: Differences = {
  renameIns: 0x05,
  hasAccessKey: true,
  hasReset: true,
  calculatesAll: true,
  takesChains: true,
  replaces: true,
  hasSha512: true,
  hasTouch: true,
  unknownName: SW.noSuchObject,
  challengeBytes: 64,
  firstCounter: 0,
  credentials: undefined,
};

const FAMILIES: Readonly<
  Record<OathFamily, (version: readonly [number, number, number]) => Partial<Differences>>
> = {
  yubikey: (version) => ({
    renameIns: isAtLeast(version, 5, 3, 0) ? 0x05 : undefined,
    hasSha512: isAtLeast(version, 4, 3, 1) && !(version[0] === 4 && version[1] === 4),
    hasTouch: isAtLeast(version, 4, 2, 6),
    credentials: isAtLeast(version, 5, 7, 0) ? 64 : 32,
  }),
  neo: () => ({ renameIns: undefined, hasSha512: false, hasTouch: false }),
  canokey: () => ({
    hasReset: false,
    replaces: false,
    challengeBytes: 8,
    firstCounter: 1,
    credentials: 100,
  }),
  nitrokey3: () => ({
    renameIns: 0xb7,
    hasAccessKey: false,
    calculatesAll: false,
    takesChains: false,
    replaces: false,
    hasSha512: undefined,
    unknownName: 0x6a82,
  }),
};
