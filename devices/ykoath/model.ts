// Which token it is, and what it can do, from what it tells: firmware gates and differences of
// vendors (YKOATH document, sections 8 and 11).

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import type { DeviceInfo as ManagementInfo } from "../../core/wire/management.ts";
import type { SelectAnswer, YkoathVersion } from "../../core/wire/ykoath.ts";
import type { Capabilities } from "../device.ts";

/** 9999-12-31T23:59:59Z: the time is the host's, and stays exact in whole microseconds. */
const YEAR_9999_END = 253_402_300_799;

/** Families that behave differently. `yubikey` is what others copy, too. */
export type YkoathFamily = "yubikey" | "neo" | "canokey" | "nitrokey3";

/** A token model, as far as a driver cares. */
export interface YkoathModel {
  /** `YubiKey 5`. */
  readonly name: string;
  readonly family: YkoathFamily;
  /** `5.4.3`. */
  readonly firmware: string;
  readonly serial?: string;
  /** Whether PUT of a name that is there replaces it; else it is deleted first. */
  readonly replaces: boolean;
  /** Counter of the first code, less the initial moving factor: 1 on CanoKeys. */
  readonly firstCounter: number;
  /** Whether CALCULATE ALL is there. */
  readonly calculatesAll: boolean;
  readonly capabilities: Capabilities;
}

/**
 * @param product what the transport calls it
 * @param management undefined when the token has no management applet
 */
export function modelOf(
  answer: SelectAnswer,
  product: string,
  management: ManagementInfo | undefined,
): YkoathModel {
  const family = familyOf(answer, product);
  const [major, minor, patch] = management?.version ?? [];
  const version =
    major === undefined || major === 0
      ? answer.version
      : { major, minor: minor ?? 0, patch: patch ?? 0 };
  const serial = serialOf(answer, management);
  return {
    name: nameOf(family, version, product),
    family,
    firmware: `${version.major}.${version.minor}.${version.patch}`,
    ...(serial === undefined ? {} : { serial }),
    replaces: replaces(family),
    firstCounter: family === "canokey" ? 1 : 0,
    calculatesAll: family !== "nitrokey3",
    capabilities: capabilitiesOf(family, answer.version),
  };
}

function familyOf({ version, serial, pinTries }: SelectAnswer, product: string): YkoathFamily {
  if (serial !== undefined || pinTries !== undefined) return "nitrokey3";
  if (/canokey/i.test(product)) return "canokey";
  const { major, minor, patch } = version;
  // CanoKeys tell this version always; no YubiKey has it.
  if (major === 6 && minor === 0 && patch === 0) return "canokey";
  return major >= 1 && major <= 3 ? "neo" : "yubikey";
}

function nameOf(family: YkoathFamily, { major }: YkoathVersion, product: string): string {
  switch (family) {
    case "canokey":
      return "CanoKey";
    case "nitrokey3":
      return "Nitrokey 3";
    case "neo":
      return "YubiKey NEO";
    case "yubikey":
      // Others answer with such versions, too.
      if (/yubi/i.test(product) && major >= 4) return `YubiKey ${major}`;
      return product === "" ? "unknown" : product;
  }
}

function serialOf(
  answer: SelectAnswer,
  management: ManagementInfo | undefined,
): string | undefined {
  if (management?.serial !== undefined) return String(management.serial);
  if (answer.serial === undefined) return undefined;
  return Buffer.from(answer.serial).toString("hex").toUpperCase();
}

function capabilitiesOf(family: YkoathFamily, version: YkoathVersion): Capabilities {
  const algorithms = algorithmsOf(family, version);
  const digits = [6, 7, 8];
  const timeRange = { fromSeconds: 0, toSeconds: YEAR_9999_END };
  return {
    totp: { algorithms, digits, stepSeconds: { low: 1, high: 3600 }, t0: false, clock: "host" },
    hotp: {
      algorithms,
      digits,
      atCounter: false,
      ownCounter: true,
      // The initial moving factor has four bytes.
      highestCounter: 0xffff_ffffn,
    },
    provision: {
      // A longer secret than a hash block would be hashed by the host; cards take 64 bytes.
      secretBytes: { low: 1, high: 64 },
      names: true,
      credentials: credentialsOf(family, version),
      ...(replaces(family) ? {} : { replaces: "deleted-first" }),
      touch: family === "yubikey" && isAtLeast(version, 4, 2, 6),
    },
    list: true,
    remove: true,
    setTime: false,
    readTime: false,
    button: false,
    timeRange,
    extras: {
      readAll: family !== "nitrokey3",
      rename:
        family === "canokey" ||
        family === "nitrokey3" ||
        (family === "yubikey" && isAtLeast(version, 5, 3, 0)),
      reset: family !== "canokey",
      // A PIN on a Nitrokey 3.
      password: true,
    },
  };
}

function replaces(family: YkoathFamily): boolean {
  return family === "yubikey" || family === "neo";
}

function algorithmsOf(family: YkoathFamily, version: YkoathVersion): readonly HashAlgorithm[] {
  // 4.4.x is the YubiKey 4 FIPS.
  const isFips4 = version.major === 4 && version.minor === 4;
  const hasSha512 =
    family === "canokey" || (family === "yubikey" && isAtLeast(version, 4, 3, 1) && !isFips4);
  return hasSha512 ? ["SHA1", "SHA256", "SHA512"] : ["SHA1", "SHA256"];
}

function credentialsOf(family: YkoathFamily, version: YkoathVersion): number {
  switch (family) {
    case "canokey":
      return 100;
    case "neo":
      // Of short names: 2,048 bytes for all, name and 9 more each.
      return 128;
    case "nitrokey3":
      return 50;
    case "yubikey":
      return isAtLeast(version, 5, 7, 0) ? 64 : 32;
  }
}

/** Major version 0 is a development build: it has everything. */
function isAtLeast(version: YkoathVersion, major: number, minor: number, patch: number): boolean {
  if (version.major === 0) return true;
  const parts = [version.major - major, version.minor - minor, version.patch - patch];
  return (parts.find((part) => part !== 0) ?? 0) >= 0;
}
