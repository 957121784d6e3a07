// The IAM- and STS-compatible endpoint beside the service: what `serve --iam` adds.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { ServicePlugin } from "../../service/core.ts";
import { IamConfigError } from "../../service/iam/config.ts";
import { type MountedIam, mountIam } from "../../service/iam/mount.ts";
import { UsageError } from "../usage-error.ts";

/** What `serve` takes for it. */
export interface IamArguments {
  readonly state: string;
  readonly iam: boolean;
  readonly config?: string | undefined;
  readonly "iam-state"?: string | undefined;
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
export function iamPart(
  args: IamArguments,
  onError: (error: unknown, requestId: string) => void,
): IamPart {
  const { config, iam } = args;
  const mounted: MountedIam[] = [];
  const dispose = async (): Promise<void> => {
    for (const one of mounted) await one[Symbol.asyncDispose]();
  };
  if (!iam) {
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
  const state = args["iam-state"] ?? stateBeside(args.state);
  const plugin: ServicePlugin = async (app, { store, clock: codeClock }) => {
    const clock = new SystemClock();
    try {
      mounted.push(await mountIam(app, { config, store, state, clock, codeClock, onError }));
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
