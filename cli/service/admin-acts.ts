// oathbed admin unlock, offset, deactivate, replace and delete: each one write with its audit row.

import { wipe } from "../../core/oath/secret.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { tokenForm } from "../../service/operator/forms.ts";
import { drawSecret, provisioningOf } from "../../service/operator/new-token.ts";
import type { StoredToken } from "../../verifier/stores/store.ts";
import type { Verifier } from "../../verifier/verifier.ts";
import type { viewOf } from "../../verifier/views.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { givenSecret, type SecretArguments } from "../secret-input.ts";
import { UsageError } from "../usage-error.ts";
import { print } from "./admin-records.ts";
import {
  type AdminArguments,
  type AdminState,
  namedToken,
  nameOf,
  openState,
} from "./admin-state.ts";

/** Event-based tokens named in a warning. */
const MAX_NAMED = 20;

/** A command about one token. */
export interface TokenArguments extends AdminArguments {
  readonly token: string;
}

/** An act that takes nothing but the token. */
export async function act(
  name: "unlock" | "deactivate" | "delete",
  args: TokenArguments,
  context: Context,
): Promise<ExitCode> {
  return administer(args, context, DONE[name], ({ verifier, by }, id, atUs) =>
    verifier.admin.as(by)[name](id, atUs),
  );
}

const DONE = { unlock: "unlocked", deactivate: "deactivated", delete: "deleted" } as const;

/** Sets the recorded offset. */
export async function setOffset(
  args: TokenArguments & { readonly steps: string },
  context: Context,
): Promise<ExitCode> {
  const steps = /^[+-]?\d{1,9}$/.test(args.steps) ? Number(args.steps) : Number.NaN;
  if (Number.isNaN(steps)) {
    const shown = JSON.stringify(args.steps.slice(0, 20));
    throw new UsageError(`steps must be a whole number, got ${shown}`, "0 resets the offset");
  }
  const done = `offset ${steps} steps`;
  return administer(args, context, done, ({ verifier, by }, id, atUs) =>
    verifier.admin.as(by).setOffset(id, steps, atUs),
  );
}

/** Whether logins move the recorded offset. */
export async function setTracking(
  args: TokenArguments & { readonly switch: string },
  context: Context,
): Promise<ExitCode> {
  const isTracked = args.switch === "on";
  return administer(args, context, `tracking ${args.switch}`, ({ verifier, by }, id, atUs) =>
    verifier.admin.as(by).setTracking(id, isTracked, atUs),
  );
}

/** A new token in the place of another one. */
export async function replace(
  args: TokenArguments & SecretArguments & { readonly label: string },
  context: Context,
): Promise<ExitCode> {
  const given = await givenSecret(args, context);
  await using state = await openState(args);
  const old = await namedToken(state.store, args.token);
  const secret = given?.secret ?? drawSecret();
  const parameters = given?.kind === "uri" ? given.parameters : old.record.parameters;
  const counter = given?.kind === "uri" && given.counter > 0n ? { counter: given.counter } : {};
  const atUs = new SystemClock().nowUs();
  const input = { label: args.label, secret, parameters, ...counter, atUs };
  try {
    const id = await state.verifier.admin.as(state.by).replace(old.id, input, atUs);
    const shown = provisioningOf({ input, isDrawn: given === undefined });
    const token = tokenForm(await state.verifier.state(id));
    if (args.json) print(context.terminal, { token, ...shown });
    else printReplaced(args.token, args.label, shown, context);
    return EXIT.ok;
  } finally {
    wipe(secret);
  }
}

/** Seals every secret under a new key. */
export async function rotateKey(args: AdminArguments, { terminal }: Context): Promise<ExitCode> {
  await using state = await openState(args);
  const { verifier, store, by } = state;
  const keyId = await verifier.admin.as(by).rotateKey(new SystemClock().nowUs());
  if (keyId === null) {
    throw new UsageError(`a ${store.name} state seals nothing`, "only files and databases do");
  }
  const { tokens } = await store.statistics();
  if (args.json) print(terminal, { keyId, tokens });
  else {
    terminal.out(`${terminal.style.good("done")}  ${tokens} secrets sealed under key ${keyId}\n`);
    terminal.err("copy the key file now: the old one opens nothing but old backups\n");
  }
  return EXIT.ok;
}

/** Raises every watermark to now. */
export async function afterRestore(args: AdminArguments, { terminal }: Context): Promise<ExitCode> {
  await using state = await openState(args);
  const { verifier, store, by } = state;
  const { raised, hotpTokens } = await verifier.admin
    .as(by)
    .raiseWatermarks(new SystemClock().nowUs());
  const found = await store.loadMany(hotpTokens);
  const counting = found.filter((token) => token !== null).map(nameOf);
  if (args.json) print(terminal, { raised, eventBased: counting });
  else
    terminal.out(
      `${terminal.style.good("done")}  ${raised} tokens: all steps up to now are used\n`,
    );
  if (counting.length > 0) {
    const names = counting.slice(0, MAX_NAMED).join(", ");
    const more = counting.length > MAX_NAMED ? ", …" : "";
    terminal.err(
      `${terminal.errStyle.warn("warning:")} ${counting.length} event-based tokens may take codes ` +
        `again that were used since the backup; replace them: ${names}${more}\n`,
    );
  }
  return EXIT.ok;
}

function printReplaced(
  old: string,
  label: string,
  { secret, otpauth }: ReturnType<typeof provisioningOf>,
  { terminal }: Context,
): void {
  terminal.out(`${terminal.style.good("replaced")}  ${old} by ${label}\n`);
  if (secret !== null) {
    terminal.out(`${otpauth ?? secret}\n`);
    terminal.err("the secret is shown this once; scan or keep it\n");
  }
  terminal.err(`oathbed enroll ${label} CODE CODE enables it\n`);
}

async function administer(
  args: TokenArguments,
  { terminal }: Context,
  done: string,
  change: (state: AdminState, id: number, atUs: number) => Promise<void>,
): Promise<ExitCode> {
  await using state = await openState(args);
  const token: StoredToken = await namedToken(state.store, args.token);
  await change(state, token.id, new SystemClock().nowUs());
  if (args.json) print(terminal, tokenForm(await viewAfter(state.verifier, token)));
  else terminal.out(`${terminal.style.good("done")}  ${args.token}: ${done}\n`);
  return EXIT.ok;
}

function viewAfter(verifier: Verifier, token: StoredToken): Promise<ReturnType<typeof viewOf>> {
  return verifier.state(token.id);
}
