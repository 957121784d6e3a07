// A token that is about to be created: its secret and parameters, given or made, shown once.

import { randomBytes } from "node:crypto";
import { formatOtpauthUri } from "../../core/oath/otpauth.ts";
import {
  type HashAlgorithm,
  hotpParameters,
  type OathParameters,
  totpParameters,
} from "../../core/oath/parameters.ts";
import type { InventoryToken } from "../../devices/inventory/inventory.ts";
import type { Context } from "../command.ts";
import { givenSecret, type SecretArguments, secretOf } from "../secret-input.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";

/** Bytes of a secret that is made: what RFC 4226 §4, R6 recommends. */
const SECRET_BYTES = 20;

/** @see newToken */
export interface NewTokenArguments extends SecretArguments {
  readonly hotp: boolean;
  readonly algorithm?: string | undefined;
  readonly digits?: string | undefined;
  readonly period?: string | undefined;
  readonly counter?: string | undefined;
}

/** What a token is created from. */
export interface NewToken {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  readonly counter: bigint;
  /** Whether the secret was made here, so that it must be shown. */
  readonly isMade: boolean;
}

/**
 * What the options, or else the inventory, say; a secret is made when neither has one.
 *
 * @throws {UsageError} when options contradict each other or an otpauth URI
 */
export async function newToken(
  args: NewTokenArguments,
  known: InventoryToken | undefined,
  context: Context,
): Promise<NewToken> {
  const given = (await givenSecret(args, context)) ?? (await secretOf(known));
  if (given?.kind === "uri") {
    refuseParameters(args);
    const { secret, parameters, counter } = given;
    return { secret, parameters, counter, isMade: false };
  }
  const parameters = parametersOf(args);
  if (args.counter !== undefined && parameters.kind !== "hotp") {
    throw new UsageError("--counter belongs to event-based tokens", "add --hotp");
  }
  return {
    secret: given?.secret ?? Uint8Array.from(randomBytes(SECRET_BYTES)),
    parameters,
    counter: BigInt(wholeOf("counter", args.counter ?? "0", 0, Number.MAX_SAFE_INTEGER)),
    isMade: given === undefined,
  };
}

/** The otpauth URI of a new token. It holds the secret. */
export function uriOf(label: string, issuer: string, token: NewToken): string {
  const { secret, parameters, counter } = token;
  return formatOtpauthUri({ issuer, account: label, secret, parameters, counter });
}

/** Shows the secret, once: as text, and on a terminal as a QR code. */
export async function showSecret(uri: string, terminal: Terminal): Promise<void> {
  if (terminal.outIsTerminal) terminal.out(`\n${await qrText(uri, terminal.style.isColored)}\n`);
  terminal.out(`${uri}\n`);
  terminal.err("the secret is shown this once; scan or keep it\n");
}

async function qrText(uri: string, isColored: boolean): Promise<string> {
  const { toString: draw } = await import("qrcode");
  const form = isColored
    ? ({ type: "terminal", small: true } as const)
    : ({ type: "utf8" } as const);
  return draw(uri, { ...form, errorCorrectionLevel: "L" });
}

function parametersOf(args: NewTokenArguments): OathParameters {
  const common = {
    algorithm: algorithmOf(args.algorithm ?? "SHA1"),
    digits: wholeOf("digits", args.digits ?? "6", 6, 8),
  };
  if (!args.hotp) {
    const stepSeconds = wholeOf("period", args.period ?? "30", 1, 86_400);
    return totpParameters({ ...common, stepSeconds });
  }
  if (args.period !== undefined) {
    throw new UsageError("--period belongs to time-based tokens", "leave out --hotp");
  }
  return hotpParameters(common);
}

function algorithmOf(text: string): HashAlgorithm {
  const upper = text.toUpperCase().replace("-", "");
  if (upper === "SHA1" || upper === "SHA256" || upper === "SHA512") return upper;
  throw new UsageError(
    `--algorithm must be SHA1, SHA256 or SHA512, got ${JSON.stringify(text.slice(0, 20))}`,
  );
}

function refuseParameters({ hotp, algorithm, digits, period, counter }: NewTokenArguments): void {
  const given = Object.entries({ algorithm, digits, period, counter, hotp: hotp || undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`);
  if (given.length === 0) return;
  throw new UsageError(
    `an otpauth URI says ${given.join(" and ")} itself`,
    "leave these options out, or give the secret as Base32 text",
  );
}
