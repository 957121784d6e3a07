// Facts about the computer a report was made on; nothing that names a person or a host.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { Report } from "./report.ts";

/** Packages whose version matters for a verdict or a figure. */
const PACKAGES = ["otplib", "serialport", "usb", "node-hid", "smartcard"] as const;
/** A package's root is not further above its entry file than this. */
const MAX_LEVELS = 8;

/** Node, platform, processor, SQLite, and the driver packages that are installed. */
export async function describeEnvironment(): Promise<Report["environment"]> {
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  const gibibytes = totalmem() / 2 ** 30;
  const packages = await Promise.all(
    PACKAGES.map(async (name) => ({ name, value: await installedVersion(name) })),
  );
  return [
    { name: "node", value: process.version },
    { name: "platform", value: `${platform()} ${release()} ${arch()}` },
    { name: "processor", value: `${processor}, ${availableParallelism()} cores` },
    { name: "memory", value: `${gibibytes.toFixed(1)} GiB` },
    { name: "sqlite", value: process.versions.sqlite ?? "none" },
    { name: "openssl", value: process.versions.openssl ?? "none" },
    ...packages,
  ];
}

/** The version of an installed package, found without loading it; "not installed" otherwise. */
export async function installedVersion(name: string): Promise<string> {
  const entry = resolvePackage(name);
  if (entry === undefined) return "not installed";
  let directory = dirname(entry);
  for (let level = 0; level < MAX_LEVELS; level++) {
    const version = await versionIn(directory, name);
    if (version !== undefined) return version;
    directory = dirname(directory);
  }
  return "installed, version unknown";
}

function resolvePackage(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

async function versionIn(directory: string, name: string): Promise<string | undefined> {
  try {
    const described: unknown = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    if (typeof described !== "object" || described === null) return undefined;
    const isIt = "name" in described && described.name === name;
    return isIt && "version" in described ? String(described.version) : undefined;
  } catch {
    return undefined;
  }
}
