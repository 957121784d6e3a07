// The Authorization header of Signature Version 4:
//   AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b,
// Signature=…

import { IamFault } from "../fault.ts";

/** The one algorithm. */
export const ALGORITHM = "AWS4-HMAC-SHA256";
/** Longest header taken, in characters. */
const MAX_HEADER = 4096;
const MAX_SIGNED_HEADERS = 50;

/** What the header says; nothing of it is believed yet. */
export interface Authorization {
  readonly accessKeyId: string;
  /** YYYYMMDD. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, in the client's order. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

/** @throws {IamFault} MissingAuthenticationToken, IncompleteSignature naming what is missing */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === "") {
    throw new IamFault("MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  if (header.length > MAX_HEADER) throw incomplete(`longer than ${MAX_HEADER} characters`);
  const [algorithm = "", ...rest] = header.split(" ");
  if (algorithm !== ALGORITHM) throw incomplete(`the algorithm must be ${ALGORITHM}`);
  const fields = new Map<string, string>();
  for (const part of rest.join(" ").split(",")) {
    const at = part.indexOf("=");
    if (at > 0) fields.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined || value === "") {
      throw incomplete(`Authorization header requires '${name}' parameter.`);
    }
    return value;
  };
  const [accessKeyId = "", date = "", region = "", service = "", end = "", ...more] =
    field("Credential").split("/");
  const isScope = /^\d{8}$/.test(date) && region !== "" && service !== "";
  if (accessKeyId === "" || !isScope || end !== "aws4_request" || more.length > 0) {
    throw incomplete("Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request");
  }
  const signature = field("Signature");
  if (!/^[0-9a-f]{64}$/.test(signature)) {
    throw incomplete("Signature must be 64 hexadecimal digits");
  }
  const signedHeaders = signedHeadersOf(field("SignedHeaders"));
  return { accessKeyId, date, region, service, signature, signedHeaders };
}

function signedHeadersOf(text: string): readonly string[] {
  const names = text.split(";");
  const isRight = names.every((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name));
  if (!isRight || names.length > MAX_SIGNED_HEADERS || new Set(names).size < names.length) {
    throw incomplete("SignedHeaders must be lower-case names, each once, separated by ;");
  }
  return names;
}

function incomplete(detail: string): IamFault {
  return new IamFault("IncompleteSignature", detail);
}
