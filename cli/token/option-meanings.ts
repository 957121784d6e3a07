// Which options of `token run` mean something for which token. Where one means nothing it is
// refused; an option of all tokens is for those of them that can have it.

import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import { UsageError } from "../usage-error.ts";
import type { TokenArguments, TokenModel } from "./run-spec.ts";

/** What decides whether an option means something. */
export interface Bearer {
  readonly model: TokenModel;
  readonly attach: string;
}

const OPTIONS = [
  "address",
  "serial",
  "clock",
  "ppm",
  "offset",
  "touch",
  "press-to-show",
  "password-file",
  "password-stdin",
  "credential",
] as const;
type Option = (typeof OPTIONS)[number];

/**
 * The tokens, without options of all that mean nothing for one of them.
 *
 * @param own what each token has of its own, in their order
 * @throws {UsageError} naming an option that means nothing for its token, or for any of them
 */
export function withMeaning(
  all: readonly TokenArguments[],
  own: readonly Readonly<Record<string, string>>[],
  bearerOf: (args: TokenArguments) => Bearer,
): readonly TokenArguments[] {
  let kept = all;
  for (const option of OPTIONS) {
    const lacks = kept.map((args) =>
      isGiven(args, option) ? lackOf(option, args, bearerOf(args)) : undefined,
    );
    const isShared = lacks.some((lack) => lack === undefined);
    kept = kept.map((args, at) => {
      const lack = lacks[at];
      if (lack === undefined) return args;
      if (isShared && own[at]?.[option] === undefined) return without(args, option);
      throw new UsageError(`--${option} means nothing here: ${lack}`, "leave it out");
    });
  }
  return kept;
}

/** The touch there is anyway counts as none that is given. */
function isGiven(args: TokenArguments, option: Option): boolean {
  const value = args[option];
  return value !== undefined && value !== false && (option !== "touch" || value !== "auto");
}

function without(args: TokenArguments, option: Option): TokenArguments {
  switch (option) {
    case "touch":
      return { ...args, touch: "auto" };
    case "press-to-show":
      return { ...args, "press-to-show": false };
    default:
      return { ...args, [option]: undefined };
  }
}

/** Why an option means nothing for a token; undefined when it means something. */
function lackOf(
  option: Option,
  args: TokenArguments,
  { model, attach }: Bearer,
): string | undefined {
  const { profile } = model;
  const smart = model.kind === "smart" ? smartProfileOf(profile) : undefined;
  switch (option) {
    case "address":
      return attach === "usbip" || attach === "vpcd"
        ? undefined
        : `--attach ${attach} finds its place itself`;
    case "serial":
      return smart === undefined ? `${profile} tells no serial number` : undefined;
    case "clock":
    case "ppm":
    case "offset":
      return smart === undefined || smart.nitrokeyPro
        ? undefined
        : `${profile} has no clock of its own, its host sends the time`;
    case "touch":
    case "press-to-show":
      if (args["press-to-show"] && args.touch === "never") {
        return "--press-to-show is --touch button, and --touch never is the contrary";
      }
      return smart?.nitrokeyPro === true ? `${profile} asks for no touch` : undefined;
    case "password-file":
    case "password-stdin":
      if (smart === undefined) return `${profile} has no password`;
      return smart.nitrokeyPro ? `the PINs of a ${profile} are those of the factory` : undefined;
    case "credential":
      return args["secret-file"] === undefined && !args["secret-stdin"]
        ? "it names the credential of a secret, and none is given"
        : undefined;
  }
}
