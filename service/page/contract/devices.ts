// Users and devices, and what is asked and told of them.

import type { Person } from "./session.ts";

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
