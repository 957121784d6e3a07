// The page's own API: every request and answer as a type, nothing that runs. The server (http/) and
// the browser part (web/) meet here and nowhere else.
//
// Rules of every request:
// - Paths below /console/api. Bodies and answers are JSON; a body of more than 16 KiB is refused.
// - The page and its API have one origin. Unsafe requests (POST) need `Content-Type:
//   application/json`, an Origin header of that origin (browsers send it) and the header
//   `x-oathbed-csrf` with the `csrf` of the latest Session answer: it changes when the stage does.
// - The session is a cookie that scripts cannot read (HttpOnly, SameSite=Strict). Every request but
//   those below /lab keeps it from ending idle: the token panel may ask each second.
// - A refusal has a status of 400 or more and the body Refusal: an id, never a text.
// - Spans are told in seconds from now, because the browser's clock may be off. Dates are ISO 8601.
// - Secrets are in DeviceSecret only: shown once, nothing gives them again.
//
// The page itself: `GET /` gives index.html, whose assets stand below /assets/. Views are told
// apart behind "#", so that no other path is needed.

import type {
  DeviceAnswer,
  DeviceSecret,
  Devices,
  Done,
  EnableDevice,
  Enabled,
  NamedDevice,
  NewDevice,
  Page,
  ReplaceDevice,
  ResyncDevice,
  SavedSecret,
  Users,
} from "./contract/devices.ts";
import type { FobClock, FobSecret, Fobs, Mailbox, NamedFob, SetClock } from "./contract/lab.ts";
import type {
  About,
  CodeClock,
  OneCode,
  Session,
  SignIn,
  SignInCode,
  SignInPair,
} from "./contract/session.ts";

export type * from "./contract/devices.ts";
export type * from "./contract/lab.ts";
export type * from "./contract/refusals.ts";
export type * from "./contract/session.ts";

/** Where the API is. */
export type ApiPrefix = "/console/api";
/** The header that unsafe requests carry. */
export type CsrfHeader = "x-oathbed-csrf";

/** Every route: method and path below the prefix, what it takes and what it answers. */
export interface ConsoleApi {
  /** What this server offers, and in demo mode who may be tried. Needs no session. */
  "GET /about": { readonly query: None; readonly answer: About };
  /** Who is signed in. Always answered 200; call it first, after a reload, and after 401. */
  "GET /session": { readonly query: None; readonly answer: Session };

  /** Refusals: sign-in-refused, sign-in-throttled. */
  "POST /sign-in": { readonly body: SignIn; readonly answer: Session };
  /**
   * Stage "code". Refusals: code-malformed, code-wrong, code-repeated, code-out-of-sync (offer the
   * resync), device-locked, device-unknown, sign-in-stage.
   */
  "POST /sign-in/code": { readonly body: SignInCode; readonly answer: Session };
  /**
   * Stage "code": two consecutive codes find the device's clock again. The stage stays: the next
   * code signs in (these two are spent). Who has given a password only is told less than elsewhere:
   * codes-malformed, codes-same, codes-repeated, codes-wrong, device-locked, sign-in-stage.
   */
  "POST /sign-in/resync": { readonly body: SignInPair; readonly answer: Session };
  /**
   * "Troubleshoot your device", stage "code": sends a code by e-mail; the stage becomes "recovery".
   * In that stage it sends the code of the present step again, three times in all. Refusals:
   * recovery-unavailable, sign-in-throttled, too-many-requests, sign-in-stage.
   */
  "POST /sign-in/troubleshoot": { readonly body: None; readonly answer: Session };
  /**
   * Stage "recovery", step "email": the code of the mail; then a code goes to the phone. Refusals:
   * recovery-code-malformed, recovery-code-wrong, recovery-code-expired, sign-in-stage.
   */
  "POST /sign-in/troubleshoot/email": { readonly body: OneCode; readonly answer: Session };
  /** Stage "recovery", step "phone": the same refusals. Then signed in, restricted. */
  "POST /sign-in/troubleshoot/phone": { readonly body: OneCode; readonly answer: Session };
  /** Any stage; also gives up a sign-in that is half done. */
  "POST /sign-out": { readonly body: None; readonly answer: Session };

  /** Users the caller may see: all for an admin and for root, else the caller; root first. */
  "GET /users": { readonly query: Page; readonly answer: Users };
  /** Devices the caller may see: all for an admin and for root, else the caller's own. */
  "GET /devices": { readonly query: Page; readonly answer: Devices };
  /**
   * Begins the wizard: makes a device and gives its secret, once. An earlier one that this person
   * began for the same holder and did not finish is deleted ("start anew"). Refusals:
   * device-name-invalid, device-name-taken, device-name-reserved, device-limit, device-quota,
   * user-unknown, not-allowed.
   */
  "POST /devices": { readonly body: NewDevice; readonly answer: DeviceSecret };
  /**
   * Assigns a device by two consecutive codes. Refusals: wizard-expired, wizard-replaced,
   * device-unknown, device-in-use, device-limit, device-locked, user-unknown, not-allowed, and the
   * codes-… ids.
   */
  "POST /devices/enable": { readonly body: EnableDevice; readonly answer: Enabled };
  /** Refusals: device-unknown, device-not-enabled, device-locked, not-allowed, the codes-… ids. */
  "POST /devices/resync": { readonly body: ResyncDevice; readonly answer: DeviceAnswer };
  /** Unassigns it; its secret stays. Refusals: device-unknown, device-not-enabled, mfa-needed, … */
  "POST /devices/deactivate": { readonly body: NamedDevice; readonly answer: DeviceAnswer };
  /** Also cancels a wizard. Refusals: device-unknown, device-deactivate-first, not-allowed. */
  "POST /devices/delete": { readonly body: NamedDevice; readonly answer: Done };
  /**
   * Deletes a device that is out of use and begins the wizard for one of the same name. Refusals:
   * device-deactivate-first, device-unknown, and those of POST /devices.
   */
  "POST /devices/replace": { readonly body: ReplaceDevice; readonly answer: DeviceSecret };
  /**
   * The saved secret sets the same device up again, on another phone: shows its QR code anew.
   * `device.state` tells what is next: "inactive" and "waiting" need POST /devices/enable, an
   * enabled one nothing. Refusals: secret-malformed, secret-not-of-device, device-unknown,
   * too-many-requests, not-allowed.
   */
  "POST /devices/set-up-again": { readonly body: SavedSecret; readonly answer: DeviceSecret };

  /** Emulated tokens, with what their displays show now. Refused with lab-absent without them. */
  "GET /lab/fobs": { readonly query: None; readonly answer: Fobs };
  /** Puts a secret in, typed or the `uri` of a QR code. Refusals: fob-unknown, secret-malformed. */
  "POST /lab/fobs/secret": { readonly body: FobSecret; readonly answer: Fobs };
  /** Refusals: fob-unknown, request-invalid. */
  "POST /lab/fobs/clock": { readonly body: FobClock; readonly answer: Fobs };
  /** Takes the secret out: a lost or wiped token. Refusal: fob-unknown. */
  "POST /lab/fobs/clear": { readonly body: NamedFob; readonly answer: Fobs };
  /** The mails and phone messages that were "sent", the latest first. */
  "GET /lab/mail": { readonly query: None; readonly answer: Mailbox };
  /** Refused with clock-not-settable outside of test mode. */
  "POST /lab/clock": { readonly body: SetClock; readonly answer: CodeClock };
}

/** A route: `POST /sign-in`. */
export type RouteKey = keyof ConsoleApi;

/** What a route takes: its body, or its query. */
export type GivenOf<K extends RouteKey> = ConsoleApi[K] extends { readonly body: infer B }
  ? B
  : ConsoleApi[K] extends { readonly query: infer Q }
    ? Q
    : never;

/** What it answers. */
export type AnswerOf<K extends RouteKey> = ConsoleApi[K]["answer"];

/** No body (send `{}`), no query. */
export type None = Readonly<Record<string, never>>;
