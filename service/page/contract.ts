// The page's own API: every request and answer as a type, nothing that runs. The server (api/) and
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

/** No body (send `{}`), no query. */
export type None = Readonly<Record<string, never>>;

// ---------------------------------------------------------------------------------------- refusals

/** The body of every answer with a status of 400 or more. */
export interface Refusal {
  readonly error: {
    readonly id: MessageId;
    /** Which field of the request is meant: `code1`, `name`. */
    readonly field?: string;
    /** When to try again: throttled, locked. */
    readonly retryAfterSeconds?: number;
  };
}

/** Why something was refused. Stable; the page has a text for each in every language. */
export type MessageId = GeneralId | SignInId | CodeId | PairId | DeviceId | LabId;

/** Of any request. */
export type GeneralId =
  | "request-invalid" // 400: `field` is missing, unknown or out of range
  | "request-too-large" // 413
  | "not-found" // 404: no such route
  | "origin-refused" // 403: from another site, or to another host name than the server's
  | "csrf-refused" // 403: ask GET /session anew
  | "signed-out" // 401: sign in first
  | "session-expired" // 401: it was idle too long, or is over
  | "session-restricted" // 403: only the lost device may be taken out of use and replaced
  | "not-allowed" // 403: this person does not manage that
  | "mfa-needed" // 403: sign in with a code first
  | "too-many-requests" // 429
  | "busy" // 503: try again
  | "internal"; // 500

/** Of signing in. */
export type SignInId =
  | "sign-in-refused" // 403: account, name or password; never which of them
  | "sign-in-throttled" // 429
  | "sign-in-stage" // 409: not at this stage (any more); ask GET /session
  | "recovery-unavailable" // 409: no e-mail and phone are known, or nothing is simulated here
  | "recovery-code-malformed" // 400: six digits
  | "recovery-code-wrong" // 403
  | "recovery-code-expired"; // 410: or tried too often; send another

/** Of one code. */
export type CodeId =
  | "code-malformed" // 400: six digits
  | "code-wrong" // 403
  | "code-repeated" // 403: it was used; wait for the next
  | "code-out-of-sync" // 403: right but for its time; resynchronize
  | "device-locked"; // 423: too many failures in a row

/** Of two consecutive codes. */
export type PairId =
  | "codes-malformed" // 400: six digits each; `field`
  | "codes-same" // 403: the same code twice
  | "codes-wrong" // 403
  | "codes-repeated" // 403: they were used; wait for the next two
  | "codes-swapped" // 403: right, but in the other order
  | "codes-not-consecutive" // 403: both of this device, but not one after the other
  | "codes-too-late"; // 403: consecutive, but of a time too far from now

/** Of devices and users. */
export type DeviceId =
  | "device-name-invalid" // 400: letters, digits and + = , . @ - _; at most 128
  | "device-name-taken" // 409: also by one that nobody holds; delete that first
  | "device-name-reserved" // 409: root's
  | "device-limit" // 409: the holder has as many as the rule allows
  | "device-quota" // 409: the account has too many
  | "device-unknown" // 404: or not of this account, or not to be seen by this person
  | "device-in-use" // 409: somebody enabled it meanwhile
  | "device-not-enabled" // 409
  | "device-deactivate-first" // 409
  | "wizard-expired" // 410: the secret waited too long; the device is deleted, begin anew
  | "wizard-replaced" // 410: begun anew elsewhere
  | "secret-malformed" // 400: Base32 text or an otpauth:// URI
  | "secret-not-of-device" // 403: of another device, another account, or none
  | "user-unknown"; // 404

/** Of the token panel, the mailbox and the clock. */
export type LabId =
  | "lab-absent" // 404: this server was started without it
  | "fob-unknown" // 404
  | "clock-not-settable"; // 409

// ----------------------------------------------------------------------------------------- session

/** @see ConsoleApi "GET /about" */
export interface About {
  /** Version of oathbed. */
  readonly version: string;
  /** 1: the one-device rule; or 8. */
  readonly devicesPerUser: number;
  /** How long a new secret waits for its two codes. */
  readonly wizardSeconds: number;
  /** Seconds without a request after which a session ends, and the longest a session lasts. */
  readonly idleSeconds: number;
  readonly sessionSeconds: number;
  readonly lab: {
    readonly fobs: boolean;
    readonly mailbox: boolean;
    /** Whether the clock of codes may be set. */
    readonly clock: boolean;
  };
  /** Whom to try in demo mode; else null. */
  readonly demo: readonly DemoPerson[] | null;
}

/** Demo mode only: everybody may know these. */
export interface DemoPerson {
  readonly signIn: SignIn;
  readonly manages: Manages;
}

/** @see ConsoleApi "POST /sign-in" */
export type SignIn =
  | {
      readonly kind: "user";
      /** Twelve digits, or the account's alias. */
      readonly account: string;
      readonly user: string;
      readonly password: string;
    }
  | { readonly kind: "root"; readonly email: string; readonly password: string };

/** @see ConsoleApi "POST /sign-in/code" */
export interface SignInCode {
  /** One of the session's `devices`. */
  readonly serial: string;
  readonly code: string;
}

/** @see ConsoleApi "POST /sign-in/resync" */
export interface SignInPair {
  readonly serial: string;
  readonly code1: string;
  readonly code2: string;
}

/** A code of a mail or a phone message. */
export interface OneCode {
  readonly code: string;
}

/** Whose devices a person manages. */
export type Manages = "self" | "admin" | "nobody";

/** Who signs in. */
export interface Identity {
  readonly kind: "user" | "root";
  readonly account: string;
  /** Its alias; the number where it has none. */
  readonly accountName: string;
  /** The user's name; "root". */
  readonly name: string;
  readonly arn: string;
  readonly manages: Manages;
}

/** Where a browser stands. `csrf` belongs to this very stage. */
export type Session = { readonly csrf: string; readonly codeClock: CodeClock } & (
  | {
      readonly stage: "signed-out";
      /** Whether the cookie was of a session that is over. */
      readonly isExpired: boolean;
    }
  | {
      /** The password was right; the code of a device is missing. */
      readonly stage: "code";
      readonly identity: Identity;
      readonly devices: readonly SignInDevice[];
      readonly expiresInSeconds: number;
      /** Whether "troubleshoot your device" can be offered. */
      readonly canTroubleshoot: boolean;
    }
  | {
      /** A lost device: codes by other ways. */
      readonly stage: "recovery";
      readonly identity: Identity;
      readonly step: "email" | "phone";
      /** Masked: `a•••@example.com`, `•••• 42`. */
      readonly sentTo: string;
      /** How often the code may still be sent again, and tried. */
      readonly sendsLeft: number;
      readonly triesLeft: number;
      readonly expiresInSeconds: number;
    }
  | {
      readonly stage: "signed-in";
      readonly identity: Identity;
      /** Whether a code was given; without one an own device cannot be deactivated. */
      readonly isMfa: boolean;
      /** After "troubleshoot": may only deactivate, delete and replace own devices. */
      readonly isRestricted: boolean;
      /** Ends after this without a request, and in any case. */
      readonly idleInSeconds: number;
      readonly expiresInSeconds: number;
      /** A wizard of this person that is not finished, to resume after a reload; else null. */
      readonly wizard: Wizard | null;
    }
);

/** A device that is asked at sign-in. */
export interface SignInDevice {
  readonly serial: string;
  readonly name: string;
  /** Known before a code is given: it was associated late, or a right code came at a wrong time. */
  readonly isOutOfSync: boolean;
}

/** The clock codes are judged by. */
export interface CodeClock {
  /** Milliseconds since the Unix epoch. A step begins at each multiple of `stepSeconds`. */
  readonly nowMs: number;
  readonly stepSeconds: 30;
  /** Seconds it goes on in a second: 0 when frozen. */
  readonly speed: number;
}

/** A device whose codes are awaited. Its secret was told once and is not told again. */
export interface Wizard {
  readonly serial: string;
  readonly name: string;
  /** Whom it is for. */
  readonly holder: Person;
  readonly expiresInSeconds: number;
}

/** A user, or root. */
export interface Person {
  readonly kind: "user" | "root";
  /** "root" for root; else the user's name. */
  readonly name: string;
}

// --------------------------------------------------------------------------------- users, devices

/** A page of a list: query parameters, all optional. */
export interface Page {
  /** `next` of the page before. */
  readonly after?: number;
  /** 1 to 100, default 50. */
  readonly limit?: number;
}

/** @see ConsoleApi "GET /users" */
export interface Users {
  readonly users: readonly User[];
  /** Null at the end. */
  readonly next: number | null;
}

/** A user of the account, or its root. */
export interface User extends Person {
  readonly path: string;
  readonly arn: string;
  readonly createdAt: string | null;
  readonly isSelf: boolean;
  /** Whether the config has a password for them: users made at run time cannot sign in here. */
  readonly canSignIn: boolean;
  readonly devices: readonly Device[];
  /** Whether a device may be assigned: permission, and the rule of devices per user. */
  readonly canAssign: boolean;
}

/** @see ConsoleApi "GET /devices" */
export interface Devices {
  readonly devices: readonly Device[];
  readonly next: number | null;
}

/** Where a device stands. */
export type DeviceState =
  | "waiting" // made; its two codes are missing
  | "enabled"
  | "out-of-sync" // enabled, but its codes are refused until a resync
  | "locked" // enabled; too many failures in a row
  | "inactive"; // deactivated; its secret would enable it again

/** A virtual MFA device. */
export interface Device {
  readonly serial: string;
  readonly name: string;
  readonly state: DeviceState;
  /** Null while nobody holds it. */
  readonly holder: Person | null;
  readonly createdAt: string;
  readonly enabledAt: string | null;
  /** Of a lock; null when it is not locked, or until an operator unlocks it. */
  readonly unlocksInSeconds: number | null;
  /** Of a wizard that is not finished; null else. */
  readonly expiresInSeconds: number | null;
  readonly isOwn: boolean;
  /** What the caller may do now: users and root deactivate their own after a code was given. */
  readonly can: {
    readonly enable: boolean;
    readonly resync: boolean;
    readonly deactivate: boolean;
    readonly delete: boolean;
  };
}

/** @see ConsoleApi "POST /devices" */
export interface NewDevice {
  /** 1 to 128 of `A-Z a-z 0-9 _ + = , . @ -`. */
  readonly name: string;
  /** Name of the user it is for; "root": root, by root only; null: the caller. */
  readonly holder: string | null;
}

/** The one answer with a secret. */
export interface DeviceSecret {
  readonly device: Device;
  /** 64 Base32 characters, for typing. */
  readonly secret: string;
  /** `otpauth://totp/…`, what the QR code says. */
  readonly uri: string;
  /** The QR code, `data:image/png;base64,…`. */
  readonly qrCode: string;
  /** Until when its two codes are awaited; null: none are, or as long as it takes. */
  readonly expiresInSeconds: number | null;
}

/** @see ConsoleApi "POST /devices/enable" */
export interface EnableDevice {
  readonly serial: string;
  /** As in NewDevice. */
  readonly holder: string | null;
  readonly code1: string;
  readonly code2: string;
}

/** @see ConsoleApi "POST /devices/enable" */
export interface Enabled {
  readonly device: Device;
  /**
   * "late": the codes were of a time before the sign-in window. The device is associated, but out
   * of sync: its next codes are refused until a resync.
   */
  readonly outcome: "in-sync" | "late";
}

/** @see ConsoleApi "POST /devices/resync" */
export interface ResyncDevice {
  readonly serial: string;
  readonly code1: string;
  readonly code2: string;
}

/** A device by its serial. */
export interface NamedDevice {
  readonly serial: string;
}

/** @see ConsoleApi "POST /devices/replace" */
export interface ReplaceDevice {
  readonly serial: string;
  /** Whom the new one is for, as in NewDevice. */
  readonly holder: string | null;
}

/** @see ConsoleApi "POST /devices/set-up-again" */
export interface SavedSecret {
  readonly serial: string;
  /** Base32 text (spaces and small letters are fine), or the otpauth:// URI. */
  readonly secret: string;
}

/** The device as it is now. */
export interface DeviceAnswer {
  readonly device: Device;
}

/** Nothing to tell. */
export interface Done {
  readonly done: true;
}

// --------------------------------------------------------------------------------------------- lab

/** @see ConsoleApi "GET /lab/fobs" */
export interface Fobs {
  readonly fobs: readonly Fob[];
  readonly codeClock: CodeClock;
}

/** An emulated token. Its display shows what a person would read off a real one. */
export interface Fob {
  readonly id: string;
  readonly name: string;
  /** What its secret was called in its QR code; null: typed in, or none. */
  readonly label: string | null;
  /** Six digits; null without a secret. */
  readonly code: string | null;
  /** Until its next code, by its own clock; at most 30. */
  readonly secondsLeft: number;
  /** Token minus server, seconds; positive = ahead. */
  readonly offsetSeconds: number;
  /** How fast its clock runs away, parts per million; positive = fast. */
  readonly ratePpm: number;
}

/** A token by its id. */
export interface NamedFob {
  readonly fob: string;
}

/** @see ConsoleApi "POST /lab/fobs/secret" */
export interface FobSecret extends NamedFob {
  /** Base32 text, or an otpauth:// URI ("scan"). */
  readonly secret: string;
}

/** @see ConsoleApi "POST /lab/fobs/clock": what is absent stays. */
export interface FobClock extends NamedFob {
  /** -86,400 to 86,400. */
  readonly offsetSeconds?: number;
  /** -100,000 to 100,000. A cheap quartz: 20 to 100. */
  readonly ratePpm?: number;
}

/** @see ConsoleApi "GET /lab/mail" */
export interface Mailbox {
  readonly messages: readonly Mail[];
}

/** A message to somebody's mailbox or phone, nothing of which left this computer. */
export interface Mail {
  readonly id: number;
  readonly channel: "email" | "phone";
  readonly to: string;
  /** What it is about; the page has a text for it. */
  readonly subject: "recovery-code";
  readonly code: string;
  readonly sentAt: string;
  readonly expiresInSeconds: number;
}

/** @see ConsoleApi "POST /lab/clock" */
export type SetClock =
  /** Goes on by so many seconds at once, 1 to 31,536,000; as fast as before. */
  | { readonly mode: "advance"; readonly bySeconds: number }
  | { readonly mode: "freeze" }
  | { readonly mode: "run" }
  /** The computer's time again. */
  | { readonly mode: "real" };
