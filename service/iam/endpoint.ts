// The endpoint without HTTP: a signed request in, an answer out. Order: size, signature, action,
// parameters, permission, the act.

import { randomUUID } from "node:crypto";
import { StoreError } from "../../verifier/stores/store.ts";
import type { Act } from "./acts/act.ts";
import { IAM, type Protocol, STS } from "./acts/index-of-acts.ts";
import { auditName, type Caller } from "./caller.ts";
import { Checks } from "./checks.ts";
import type { IamCore, Moment } from "./core.ts";
import { Credentials } from "./credentials.ts";
import { Devices } from "./devices.ts";
import { IamFault, invalid } from "./fault.ts";
import { type Parameters, parseParameters } from "./parameters.ts";
import { type SignedRequest, Signer } from "./sigv4/signature.ts";
import { verifySignature } from "./sigv4/verify.ts";
import { Users } from "./users.ts";
import { errorXml, responseXml, type Xml } from "./xml.ts";

/** Largest body taken, bytes: 50 tags of the longest, percent-encoded, are the most of it. */
export const MAX_BODY_BYTES = 262_144;

/** A request as it came. */
export interface EndpointRequest extends SignedRequest {
  /** What follows "?" in the URL; empty for every client known. */
  readonly query: string;
}

/** What goes back. */
export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an operator may count: never a parameter. */
export interface EndpointEvent {
  readonly requestId: string;
  /** "" when it is none of ours, or was not told. */
  readonly action: string;
  /** "OK", or the code of the fault. */
  readonly code: string;
}

/** @see IamEndpoint */
export interface EndpointOptions {
  readonly onAnswer?: (event: EndpointEvent) => void;
  /** Told of what was our mistake or the store's; its message is not sent. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

/** Answers requests of IAM and STS clients. */
export class IamEndpoint {
  readonly devices: Devices;
  readonly users: Users;
  readonly #core: IamCore;
  readonly #credentials: Credentials;
  readonly #signer = new Signer();
  readonly #options: EndpointOptions;

  constructor(core: IamCore, options: EndpointOptions = {}) {
    this.#core = core;
    this.#options = options;
    this.devices = new Devices(core);
    this.users = new Users(core);
    this.#credentials = new Credentials(core);
  }

  /** Never rejects. */
  async handle(request: EndpointRequest, moment: Moment): Promise<EndpointAnswer> {
    const requestId = randomUUID();
    let protocol = IAM;
    let action = "";
    try {
      const { caller, service } = this.#authenticate(request, moment);
      protocol = service === "sts" ? STS : IAM;
      const parameters = parseParameters(request.body);
      const act = actOf(protocol, parameters);
      action = parameters.get("Action") ?? "";
      assertMfaSession(caller, protocol);
      const checks = new Checks(parameters, protocol.name);
      await this.devices.expire(moment);
      const devices = this.devices.as(auditName(caller));
      const { users } = this;
      const core = this.#core;
      const result = await act({ core, devices, users, caller, parameters, checks, moment });
      return this.#answer(requestId, action, protocol, result);
    } catch (error) {
      return this.#refuse(error, requestId, action, protocol);
    }
  }

  /** The answer for a body that is over the limit and was not read. */
  tooLarge(): EndpointAnswer {
    const text = `The request is longer than ${MAX_BODY_BYTES} bytes.`;
    const fault = new IamFault("RequestEntityTooLarge", text);
    return this.#refuse(fault, randomUUID(), "", IAM);
  }

  #authenticate(
    request: EndpointRequest,
    { nowUs }: Moment,
  ): { readonly caller: Caller; readonly service: string } {
    const { who: caller, service } = verifySignature(request, {
      lookUp: (id, token) => this.#credentials.lookUp(id, token),
      nowUs,
      isStrictRegion: this.#core.config.isStrictRegion,
      signer: this.#signer,
    });
    if (request.method !== "POST" || request.path !== "/" || request.query !== "") {
      throw invalid("Only POST / with the parameters in the body is served here.");
    }
    return { caller, service };
  }

  #answer(
    requestId: string,
    action: string,
    { namespace }: Protocol,
    result: Xml | null,
  ): EndpointAnswer {
    this.#options.onAnswer?.({ requestId, action, code: "OK" });
    const body = responseXml(action, namespace, requestId, result);
    return { status: 200, headers: headersOf(requestId), body };
  }

  #refuse(
    error: unknown,
    requestId: string,
    action: string,
    { namespace }: Protocol,
  ): EndpointAnswer {
    const fault = error instanceof IamFault ? error : faultOf(error);
    if (fault.status >= 500) this.#options.onError?.(error, requestId);
    this.#options.onAnswer?.({ requestId, action, code: fault.code });
    const body = errorXml(namespace, requestId, fault);
    return { status: fault.status, headers: headersOf(requestId), body };
  }
}

/** What was not expected: told as such, without its text. */
function faultOf(cause: unknown): IamFault {
  const isBusy = cause instanceof StoreError && cause.code === "busy";
  return isBusy
    ? new IamFault("ServiceUnavailable", "The service is busy; try again.", { cause })
    : new IamFault("ServiceFailure", "The request failed on our side.", { cause });
}

function actOf({ acts, version }: Protocol, parameters: Parameters): Act {
  const action = parameters.get("Action");
  const asked = parameters.get("Version");
  const act = acts.get(action ?? "");
  if (act === undefined || asked !== version) {
    const what = `${(action ?? "").slice(0, 128)} for version ${(asked ?? "").slice(0, 32)}`;
    throw new IamFault("InvalidAction", `Could not find operation ${what}`);
  }
  return act;
}

/** A session of GetSessionToken without MFA may not call IAM (STS reference). */
function assertMfaSession(caller: Caller, { name }: Protocol): void {
  if (name === "sts" || caller.kind === "role" || caller.session?.isMfa !== false) return;
  const text = "The security token included in the request is invalid.";
  throw new IamFault("InvalidClientTokenId", text);
}

function headersOf(requestId: string): Readonly<Record<string, string>> {
  return {
    "content-type": "text/xml",
    "x-amzn-requestid": requestId,
    "cache-control": "no-store",
  };
}
