// PAM modules as targets: pam_oath and pam_google_authenticator, through pamtester, each login a
// process of its own at a time of its own. A mount namespace has our /etc/pam.d: the machine's is
// never touched. Each token has its own folder, removed afterwards.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBase32 } from "../../core/oath/base32.ts";
import type { OathParameters } from "../../core/oath/parameters.ts";
import {
  type Target,
  type TargetAbility,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetPolicy,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { frozenAt } from "./faketime.ts";
import { refuseOtherPolicy } from "./policy-fields.ts";
import { runProgram } from "./program.ts";

const REMEDY = "apt install pamtester libfaketime libpam-oath libpam-google-authenticator";
const SERVICE = "oathbed";
/** Counters ahead where a case does not say. */
const LOOK_AHEAD = 10;
const ABILITIES: ReadonlySet<TargetAbility> = new Set<TargetAbility>(["hotp", "state", "parallel"]);

/** A PAM module, and how it is set up for one token. */
interface PamModule {
  readonly name: string;
  readonly description: string;
  /** The line of the service; `window` in steps to both sides, or counters ahead. */
  line(folder: string, window: number): string;
  /** The file with the token. @throws {TargetCannot} for what the module does not have */
  file(token: TargetToken, window: number): string;
}

/** pam_oath of the oath-toolkit. @throws {TargetCannot} when this machine cannot run it */
export function pamOathTarget(): Promise<TargetFactory> {
  return pamTarget({
    name: "pam_oath",
    description: "pam_oath of the oath-toolkit, by pamtester and faketime",
    line: (folder, window) => `pam_oath.so usersfile=${join(folder, "token")} window=${window}`,
    file: ({ secret, parameters, counter = 0n }) => {
      const { algorithm, digits } = parameters;
      if (algorithm !== "SHA1") throw new TargetCannot(`pam_oath has no ${algorithm}`);
      if (digits > 8) throw new TargetCannot("pam_oath takes 6, 7 or 8 digits");
      if (counter >= 2n ** 63n) throw new TargetCannot("pam_oath keeps counters in 63 bits");
      const kind = parameters.kind === "hotp" ? "HOTP/E" : `HOTP/T${stepOf(parameters)}`;
      const state = parameters.kind === "hotp" ? ` ${counter}` : "";
      return `${kind}/${digits} alice - ${Buffer.from(secret).toString("hex")}${state}\n`;
    },
  });
}

/** Google's PAM module. @throws {TargetCannot} when this machine cannot run it */
export function pamGoogleAuthenticatorTarget(): Promise<TargetFactory> {
  return pamTarget({
    name: "pam_google_authenticator",
    description: "pam_google_authenticator, by pamtester and faketime",
    line: (folder) =>
      `pam_google_authenticator.so secret=${join(folder, "token")} user=root no_strict_owner` +
      " allowed_perm=0600 nullok",
    file: ({ secret, parameters, counter = 0n }, window) => {
      const { algorithm, digits } = parameters;
      if (algorithm !== "SHA1") throw new TargetCannot(`it has no ${algorithm}`);
      if (digits !== 6) throw new TargetCannot("it takes 6 digits");
      const options =
        parameters.kind === "hotp"
          ? [`WINDOW_SIZE ${window + 1}`, `HOTP_COUNTER ${counter}`]
          : [
              `WINDOW_SIZE ${2 * window + 1}`,
              `STEP_SIZE ${stepOf(parameters)}`,
              "DISALLOW_REUSE",
              "TOTP_AUTH",
            ];
      const lines = [encodeBase32(secret), ...options.map((option) => `" ${option}`)];
      return `${lines.join("\n")}\n`;
    },
  });
}

async function pamTarget(module: PamModule): Promise<TargetFactory> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new TargetCannot("PAM modules are run on Linux, by root, in a namespace of their own");
  }
  frozenAt(0);
  await runProgram("pamtester", [], { remedy: REMEDY });
  const { name, description } = module;
  return {
    name,
    description,
    abilities: ABILITIES,
    open: async (policy) => {
      refuseOtherPolicy(policy, ["window", "lookAheadWindow"]);
      windowFor("totp", policy);
      windowFor("hotp", policy);
      return new PamTarget(module, policy, await mkdtemp(join(tmpdir(), "oathbed-pam-")));
    },
  };
}

class PamTarget implements Target {
  readonly #module: PamModule;
  readonly #policy: TargetPolicy;
  readonly #folder: string;
  readonly #tokens = new Map<TargetTokenId, TargetToken>();

  constructor(module: PamModule, policy: TargetPolicy, folder: string) {
    this.#module = module;
    this.#policy = policy;
    this.#folder = folder;
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const id = `token-${this.#tokens.size}`;
    const window = windowFor(token.parameters.kind, this.#policy);
    const text = this.#module.file(token, window);
    const folder = join(this.#folder, id);
    await mkdir(join(folder, "pam.d"), { recursive: true });
    await writeFile(join(folder, "token"), text, { mode: 0o600 });
    const service = [
      `auth required ${this.#module.line(folder, window)}`,
      "account required pam_permit.so",
      "",
    ].join("\n");
    await writeFile(join(folder, "pam.d", SERVICE), service);
    this.#tokens.set(id, token);
    return id;
  }

  async enroll(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no enrollment");
  }

  async submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    // A terminal ends a line there: what comes behind it is another answer.
    if (/[\n\r\0]/.test(code)) return { accepted: false, reason: "refused" };
    const pam = join(this.#folder, id, "pam.d");
    // The namespace is made outside the faked time, and the program alone gets it.
    const time = Object.entries(frozenAt(atUs)).map(([name, value]) => `${name}=${value}`);
    const script = 'mount --bind "$1" /etc/pam.d && shift && exec env "$@"';
    const { exitCode, err } = await runProgram(
      "unshare",
      ["--mount", "sh", "-c", script, "sh", pam, ...time, ...PAMTESTER],
      { input: `${code}\n`, remedy: "apt install util-linux" },
    );
    if (exitCode === 0) return { accepted: true };
    if (exitCode === 1 && /authentication failure|permission denied/i.test(err)) {
      return { accepted: false, reason: "refused" };
    }
    throw new Error(`pamtester ended with ${exitCode}: ${err.slice(0, 200)}`);
  }

  async resync(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no resynchronization");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const PAMTESTER = ["pamtester", SERVICE, "alice", "authenticate"] as const;

/** Steps to both sides, or counters ahead. @throws {TargetCannot} for what cannot be set */
function windowFor(
  kind: OathParameters["kind"],
  { window = { past: 1, future: 1 }, lookAheadWindow = LOOK_AHEAD }: TargetPolicy,
): number {
  const { past, future } = window;
  if (past !== future) throw new TargetCannot("its window is equal to both sides");
  const width = kind === "hotp" ? lookAheadWindow : past;
  if (width > 49) throw new TargetCannot("its window is 49 at most");
  return width;
}

function stepOf(parameters: OathParameters): number {
  if (parameters.kind === "hotp") return 0;
  const { stepSeconds, t0 } = parameters;
  if (t0 !== 0) throw new TargetCannot("it counts steps from 1970 only");
  if (stepSeconds > 60) throw new TargetCannot("its steps are 60 s at most");
  return stepSeconds;
}
