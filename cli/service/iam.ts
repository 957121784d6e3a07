// The IAM- and STS-compatible endpoint beside the service: what `serve --iam` adds.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { ServicePlugin } from "../../service/core.ts";
import type { IamConfig } from "../../service/iam/config.ts";
import { IamConfigError } from "../../service/iam/config-form.ts";
import { type MountedIam, mountIam } from "../../service/iam/mount.ts";
import { UsageError } from "../usage-error.ts";
import type { MountPage } from "./page.ts";

/** What `serve` takes for it. */
export interface IamArguments {
  readonly state: string;
  readonly iam: boolean;
  readonly config?: string | undefined;
  readonly "iam-state"?: string | undefined;
}

/** What is served besides, and how its mistakes are told. */
export interface IamExtras {
  readonly onError: (error: unknown, requestId: string) => void;
  /** The demo's config, in the place of --config; null without --demo. */
  readonly demo: IamConfig | null;
  readonly mountPage: MountPage | null;
}

/** The plugin, and what is to be disposed of when the service has closed. */
export interface IamPart extends AsyncDisposable {
  readonly plugins: readonly ServicePlugin[];
}

/**
 * Nothing without --iam. Signatures are judged by the system's time, codes by the service's, which
 * test mode moves.
 *
 * @throws {UsageError} for flags that do not belong together
 */
export function iamPart(args: IamArguments, { onError, demo, mountPage }: IamExtras): IamPart {
  const { iam } = args;
  const config = demo ?? args.config;
  const mounted: MountedIam[] = [];
  const dispose = async (): Promise<void> => {
    for (const one of mounted) await one[Symbol.asyncDispose]();
  };
  if (!iam && demo === null) {
    if (config === undefined && args["iam-state"] === undefined) {
      return { plugins: [], [Symbol.asyncDispose]: dispose };
    }
    throw new UsageError(
      "--config and --iam-state belong to --iam",
      "add --iam, or leave them out",
    );
  }
  if (config === undefined) {
    throw new UsageError("--iam needs --config FILE: accounts, users, keys", "see docs/iam.md");
  }
  const state = args["iam-state"] ?? stateBeside(demo === null ? args.state : "memory");
  const plugin: ServicePlugin = async (app, core) => {
    const { store, clock: codeClock } = core;
    const clock = new SystemClock();
    try {
      const one = await mountIam(app, { config, store, state, clock, codeClock, onError });
      mounted.push(one);
      await mountPage?.(app, core, one.iam);
    } catch (error) {
      if (!(error instanceof IamConfigError)) throw error;
      throw new UsageError(error.message, "docs/iam.md has an example of the file");
    }
  };
  return { plugins: [plugin], [Symbol.asyncDispose]: dispose };
}

function stateBeside(state: string): string {
  if (state === "memory") return "memory";
  if (!/^postgres(?:ql)?:/.test(state)) return `${state}.iam`;
  throw new UsageError("--iam with PostgreSQL needs --iam-state FILE", "name an SQLite file");
}
