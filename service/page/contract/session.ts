// Who signs in, how, and where a browser stands.

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
