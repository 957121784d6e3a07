// From what the IAM part refuses with to the ids of the page.

import { CodesRefused, IamFault } from "../../iam/fault.ts";
import type { Visit } from "../console.ts";
import type { MessageId } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";
import { pairRefusal } from "./pair-reasons.ts";

/** What is done, and to which device. */
export type Doing =
  | {
      readonly act: "enable" | "resync";
      readonly visit: Visit;
      readonly serial: string;
      readonly codes: readonly [string, string];
    }
  | {
      readonly act: "create" | "deactivate" | "delete";
      readonly visit: Visit;
      readonly serial: string;
    };

/** Runs an act. @throws {PageRefusal} for what it refuses */
export async function refusing<T>(doing: Doing, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CodesRefused && "codes" in doing) throw await codesRefusal(doing, error);
    if (error instanceof IamFault) throw new PageRefusal(idOf(error, doing.act), { cause: error });
    throw error;
  }
}

async function codesRefusal(
  { visit, serial, codes }: Extract<Doing, { readonly act: "enable" | "resync" }>,
  { verdict }: CodesRefused,
): Promise<PageRefusal> {
  const { state, store, verifier } = visit.console.iam.core;
  const row = state.device(serial);
  const token = row === null ? null : await store.load(row.token);
  return pairRefusal(verdict, codes, token, verifier, visit.moment.codesAtUs);
}

function idOf({ code }: IamFault, act: Doing["act"]): MessageId {
  switch (code) {
    case "NoSuchEntity":
      return act === "resync" || act === "deactivate" ? "device-not-enabled" : "device-unknown";
    case "EntityAlreadyExists":
      return act === "create" ? "device-name-taken" : "device-in-use";
    case "LimitExceeded":
      return act === "create" ? "device-quota" : "device-limit";
    case "DeleteConflict":
      return "device-deactivate-first";
    case "ValidationError":
      return "device-name-invalid";
    case "AccessDenied":
      return "not-allowed";
    case "ConcurrentModification":
    case "ServiceUnavailable":
    case "Throttling":
      return "busy";
    case "ExpiredToken":
    case "IncompleteSignature":
    case "InvalidAction":
    case "InvalidAuthenticationCode":
    case "InvalidClientTokenId":
    case "InvalidInput":
    case "MissingAuthenticationToken":
    case "RequestEntityTooLarge":
    case "ServiceFailure":
    case "SignatureDoesNotMatch":
      return "internal";
  }
}
