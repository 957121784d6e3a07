// Reading PSKC, RFC 6030: the container, its packages, each key with its algorithm, its data and
// its policy. What this reader does where files differ:
//
// - elements by namespace and local name; drafts older than the RFC are refused by name;
// - no SerialNo: the Key's Id names the token; several keys of one serial: serial/Id;
// - no TimeInterval: 30 s; Time is taken as T0; TimeDrift counts steps;
// - the user is the CN= of a UserId, or its UID=, or all of it;
// - a signature is not checked: the file's way here must be trusted.

import {
  hotpParameters,
  type OathParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { wipe } from "../../../core/oath/secret.ts";
import { Notes, type Parsed, type ParsedToken } from "../parsed.ts";
import { Fault, Problems } from "../problems.ts";
import type { SourceText } from "../source.ts";
import {
  isTransferName,
  MAX_DRIFT_STEPS,
  MAX_TRANSFER_TOKENS,
  type TransferToken,
  transferToken,
  wipeTokens,
} from "../token.ts";
import { parseXml, type XmlElement } from "../xml.ts";
import { readCounter, readInteger, readSecret } from "./data.ts";
import { childOf, childrenOf, dateIn, nameIn, neededChild } from "./elements.ts";
import { keysOf, type PskcCredentials, type PskcKeys, wipeKeys } from "./keys.ts";
import { DS_NS, foreignKindOf, hashOfSuite, keyKindOf, PSKC_NS } from "./names.ts";
import { readPolicy } from "./policy.ts";

/** A token and its Key's Id. */
interface PackagedToken extends ParsedToken {
  readonly id: string;
}

/** What a Key says besides its secret. */
type KeyAlgorithm = Pick<TransferToken, "parameters" | "counter" | "driftSteps">;

/**
 * The tokens of a PSKC file.
 *
 * @throws {TransferError} naming each place, key and field that is wrong; no key was taken then
 */
export async function readPskc(
  source: SourceText,
  credentials: PskcCredentials = {},
): Promise<Parsed> {
  const problems = new Problems((offset) => source.placeAt(offset));
  const tokens: PackagedToken[] = [];
  let keys: PskcKeys | null = null;
  const notes = new Notes();
  let signed = false;
  try {
    const container = parseXml(source);
    assertContainer(container);
    signed = childOf(container, "Signature", DS_NS) !== null;
    keys = await keysOf(container, credentials);
    const packages = childrenOf(container, "KeyPackage");
    if (packages.length === 0) {
      throw new Fault(container.offset, "KeyPackage", "missing; the file holds no key");
    }
    if (packages.length > MAX_TRANSFER_TOKENS) {
      throw new Fault(container.offset, "KeyPackage", `more than ${MAX_TRANSFER_TOKENS}; split it`);
    }
    for (const each of packages) {
      const key = each.children.find(({ local, uri }) => local === "Key" && uri === PSKC_NS);
      try {
        tokens.push(readPackage(each, keys, notes));
      } catch (error) {
        problems.take(error, key?.attributes.Id ?? "");
      }
    }
  } catch (error) {
    problems.take(error);
  } finally {
    if (keys !== null) wipeKeys(keys);
  }
  if (problems.count > 0) wipeTokens(tokens.map(({ token }) => token));
  problems.throwIfAny();
  const unchecked = ["the file's signature was not checked"];
  return {
    tokens: distinctLabels(tokens),
    notes: [...(signed ? unchecked : []), ...notes.sentences(tokens.length)],
  };
}

function assertContainer(root: XmlElement): void {
  if (root.local !== "KeyContainer") {
    throw new Fault(root.offset, "KeyContainer", "must be the root element of a PSKC file");
  }
  if (root.uri !== PSKC_NS) {
    const remedy = "ask the vendor for PSKC 1.0 of RFC 6030";
    const what = /pskc|keyprov|openauth/i.test(root.uri)
      ? "is of a draft older than RFC 6030"
      : "is not of the PSKC namespace";
    throw new Fault(root.offset, "KeyContainer", `${what}; ${remedy}`);
  }
  if ((root.attributes.Version ?? "1.0").trim() !== "1.0") {
    throw new Fault(root.offset, "Version", 'must be "1.0"');
  }
}

function readPackage(holder: XmlElement, keys: PskcKeys | null, notes: Notes): PackagedToken {
  const key = neededChild(holder, "Key", "a package without a key is of no use here");
  const id = key.attributes.Id?.trim() ?? "";
  const device = childOf(holder, "DeviceInfo");
  const serial = nameIn(device, "SerialNo");
  const label = serial ?? id;
  if (label === "") throw new Fault(key.offset, "Id", "missing; give the key an Id");
  const policy = readPolicy(key);
  if (policy.localPin) notes.add("ask for a PIN of their own before they show a code");
  const userId = nameIn(key, "UserId") ?? nameIn(device, "UserId");
  const data = neededChild(key, "Data", "it holds the secret; keys by reference are not read");
  const { parameters, counter, driftSteps } = readAlgorithm(key, data, keys, notes);
  const secret = readSecret(data, keys);
  try {
    const token = transferToken({
      label,
      serial,
      user: userId === null ? null : userOf(userId),
      issuer: nameIn(key, "Issuer"),
      manufacturer: nameIn(device, "Manufacturer"),
      model: nameIn(device, "Model"),
      secret,
      parameters,
      counter,
      driftSteps,
      validFromUs: policy.validFromUs ?? dateIn(device, "StartDate"),
      validUntilUs: policy.validUntilUs ?? dateIn(device, "ExpiryDate"),
    });
    return { token, offset: key.offset, id };
  } catch (error) {
    wipe(secret);
    if (!(error instanceof RangeError)) throw error;
    throw new Fault(key.offset, "Key", error.message);
  }
}

function readAlgorithm(
  key: XmlElement,
  data: XmlElement,
  keys: PskcKeys | null,
  notes: Notes,
): KeyAlgorithm {
  const name = key.attributes.Algorithm;
  if (name === undefined) {
    throw new Fault(key.offset, "Algorithm", "missing; it must name HOTP or TOTP");
  }
  const kind = keyKindOf(name);
  if (kind === null) {
    const what = `${foreignKindOf(name)} is not verified here`;
    throw new Fault(key.offset, "Algorithm", `${what}; only hotp and totp of RFC 6030 are`);
  }
  const common = readParameters(key);
  if (kind === "hotp") {
    return { parameters: hotpParameters(common), counter: readCounter(data, keys), driftSteps: 0 };
  }
  if (childOf(data, "TimeInterval") === null) notes.add("give no TimeInterval: 30 s was taken");
  const stepSeconds = readInteger(data, "TimeInterval", keys, 30, 1, 86_400);
  const t0 = readInteger(data, "Time", keys, 0, -0x8000_0000, 0xffff_ffff);
  if (t0 !== 0) notes.add("give a Time other than 0: it was taken as T0");
  const driftSteps = readInteger(data, "TimeDrift", keys, 0, -MAX_DRIFT_STEPS, MAX_DRIFT_STEPS);
  return { parameters: totpParameters({ ...common, stepSeconds, t0 }), counter: 0n, driftSteps };
}

function readParameters(key: XmlElement): Pick<OathParameters, "digits" | "algorithm"> {
  const remedy = 'give it, e.g. <ResponseFormat Length="6" Encoding="DECIMAL"/>';
  const holder = neededChild(key, "AlgorithmParameters", remedy);
  const format = neededChild(holder, "ResponseFormat", remedy);
  const { Length = "", Encoding = "DECIMAL", CheckDigits = "false" } = format.attributes;
  const encoding = Encoding.trim().toUpperCase();
  if (encoding !== "DECIMAL") {
    const known = ["HEXADECIMAL", "ALPHANUMERIC", "BASE64", "BINARY"].includes(encoding);
    const what = known ? `${encoding} codes are not verified` : "another encoding";
    throw new Fault(format.offset, "Encoding", `${what}; it must be DECIMAL`);
  }
  if (!["false", "0"].includes(CheckDigits.trim())) {
    throw new Fault(format.offset, "CheckDigits", "codes with a check digit are not verified");
  }
  const length = Length.trim();
  if (!/^(?:[6-9]|10)$/.test(length)) {
    throw new Fault(format.offset, "Length", "must be a whole number from 6 to 10");
  }
  const suite = childOf(holder, "Suite");
  const algorithm = suite === null || suite.text.trim() === "" ? "SHA1" : hashOfSuite(suite.text);
  if (algorithm === null) {
    throw new Fault(suite?.offset ?? 0, "Suite", "must name SHA1, SHA256 or SHA512");
  }
  return { digits: Number(length), algorithm };
}

/** A distinguished name's CN, else its UID, else the whole. */
function userOf(userId: string): string {
  const part = (name: string): string | undefined =>
    new RegExp(`(?:^|,)\\s*${name}\\s*=\\s*([^,]+)`, "i").exec(userId)?.[1]?.trim();
  return part("CN") || part("UID") || userId;
}

/** Keys of one device share its serial: each is then named serial/Id. */
function distinctLabels(found: readonly PackagedToken[]): readonly ParsedToken[] {
  const counts = new Map<string, number>();
  for (const { token } of found) counts.set(token.label, (counts.get(token.label) ?? 0) + 1);
  return found.map(({ token, offset, id }) => {
    const label = `${token.label}/${id}`;
    const shared = (counts.get(token.label) ?? 0) > 1 && id !== "" && id !== token.label;
    return { token: shared && isTransferName(label) ? { ...token, label } : token, offset };
  });
}
