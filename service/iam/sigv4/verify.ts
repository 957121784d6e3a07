// Whether a request is signed by one of the keys we know. Made for no action: a request that is not
// signed learns nothing about its parameters.

import { timingSafeEqual } from "node:crypto";
import { SECOND_US } from "../../../core/time/clock.ts";
import { IamFault } from "../fault.ts";
import { type Authorization, parseAuthorization } from "./authorization.ts";
import {
  canonicalRequest,
  hashHex,
  headerValue,
  type SignedRequest,
  type Signer,
} from "./signature.ts";

/** How far a request's date may be from ours (the common-errors text of the real service). */
const MAX_SKEW_SECONDS = 900;
const REGION = "us-east-1";

/** What an access key stands for. */
export interface Credential<Who> {
  readonly secret: string;
  readonly who: Who;
  /** When a session ends, microseconds since the Unix epoch; null for a long-term key. */
  readonly expiresAtUs: number | null;
}

/** @see verifySignature */
export interface SignatureRules<Who> {
  /** The credential of an access key and, for a session, its token; null when nobody knows it. */
  lookUp(accessKeyId: string, sessionToken: string | undefined): Credential<Who> | null;
  /** The time signatures and sessions are judged by; not the time of codes. */
  readonly nowUs: number;
  /** Take the region us-east-1 only, as the real endpoint; else any. */
  readonly isStrictRegion: boolean;
  readonly signer: Signer;
}

/** Who signed, and for which service. */
export interface Signed<Who> {
  readonly who: Who;
  readonly service: string;
}

/**
 * @throws {IamFault} MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId,
 *   SignatureDoesNotMatch, ExpiredToken
 */
export function verifySignature<Who>(
  request: SignedRequest,
  rules: SignatureRules<Who>,
): Signed<Who> {
  const authorization = parseAuthorization(headerValue(request, "authorization"));
  const amzDate = requiredDate(request, authorization);
  const token = headerValue(request, "x-amz-security-token");
  const credential = rules.lookUp(authorization.accessKeyId, token);
  if (credential === null) {
    const text = "The security token included in the request is invalid.";
    throw new IamFault("InvalidClientTokenId", text);
  }
  assertScope(authorization, amzDate, rules);
  assertFresh(amzDate, rules.nowUs);
  const bodyHash = hashHex(request.body);
  const claimed = headerValue(request, "x-amz-content-sha256");
  const canonical = canonicalRequest(request, authorization.signedHeaders, bodyHash);
  const { signer } = rules;
  const expected = signer.signature(authorization, credential.secret, amzDate, canonical);
  const isEqual = timingSafeEqual(expected, Buffer.from(authorization.signature, "hex"));
  if (!isEqual || (claimed !== undefined && claimed !== bodyHash)) throw mismatch(MISMATCH);
  if (credential.expiresAtUs !== null && rules.nowUs >= credential.expiresAtUs) {
    const text = "The security token included in the request is expired";
    throw new IamFault("ExpiredToken", text);
  }
  return { who: credential.who, service: authorization.service };
}

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS " +
  "Secret Access Key and signing method. Consult the service documentation for details.";

function mismatch(text: string): IamFault {
  return new IamFault("SignatureDoesNotMatch", text);
}

/** The date of the request. What must be signed is, and what is signed was sent. */
function requiredDate(request: SignedRequest, { signedHeaders }: Authorization): string {
  const amzDate = headerValue(request, "x-amz-date");
  if (amzDate === undefined || timeOf(amzDate) === null) {
    const text = "Authorization header requires existence of an 'X-Amz-Date' YYYYMMDDTHHMMSSZ";
    throw new IamFault("IncompleteSignature", text);
  }
  const needed = ["host", "x-amz-date"];
  if (request.headers["x-amz-security-token"] !== undefined) needed.push("x-amz-security-token");
  const unsigned = needed.filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) throw mismatch(`${unsigned.join(", ")} must be signed`);
  const absent = signedHeaders.filter((name) => request.headers[name] === undefined);
  if (absent.length > 0) throw mismatch(`${absent.join(", ")} is signed and was not sent`);
  return amzDate;
}

function assertScope<Who>(
  { date, region, service }: Authorization,
  amzDate: string,
  { isStrictRegion }: SignatureRules<Who>,
): void {
  if (date !== amzDate.slice(0, 8)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ` +
        `'${date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
    );
  }
  if (service !== "iam" && service !== "sts") {
    throw mismatch("Credential should be scoped to correct service: 'iam' or 'sts'.");
  }
  if (isStrictRegion && region !== REGION) {
    throw mismatch(`Credential should be scoped to a valid region, not '${region.slice(0, 64)}'.`);
  }
}

function assertFresh(amzDate: string, nowUs: number): void {
  const atUs = timeOf(amzDate) ?? 0;
  const skewSeconds = (nowUs - atUs) / SECOND_US;
  if (Math.abs(skewSeconds) <= MAX_SKEW_SECONDS) return;
  const now = dateText(nowUs);
  const minutes = MAX_SKEW_SECONDS / 60;
  const bound = (sign: 1 | -1) => dateText(nowUs + sign * MAX_SKEW_SECONDS * SECOND_US);
  throw mismatch(
    skewSeconds > 0
      ? `Signature expired: ${amzDate} is now earlier than ${bound(-1)} (${now} - ${minutes} min.)`
      : `Signature not yet current: ${amzDate} is still later than ${bound(1)} ` +
          `(${now} + ${minutes} min.)`,
  );
}

/** Microseconds since the Unix epoch of YYYYMMDDTHHMMSSZ; null for anything else. */
function timeOf(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, hours, minutes, seconds] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? null : ms * 1000;
}

function dateText(atUs: number): string {
  return `${new Date(atUs / 1000).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
