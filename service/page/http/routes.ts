// Every route of the contract, and what it takes. Schemas are closed: a field that is not named is
// refused.

import { about } from "../about.ts";
import type { RouteKey } from "../contract.ts";
import {
  createDevice,
  deactivateDevice,
  deleteOne,
  enableDevice,
  replaceDevice,
  resyncDevice,
  setUpAgain,
} from "../devices/device-acts.ts";
import { listDevices, listUsers } from "../devices/lists.ts";
import { clearFob, listFobs, readMail, scanFob, setClock, setFobClock } from "../lab/lab-acts.ts";
import { sessionAnswer } from "../sign-in/session-answer.ts";
import {
  recoveryCode,
  signIn,
  signInCode,
  signInResync,
  signOut,
  troubleshoot,
} from "../sign-in/sign-in.ts";
import { type PageRoute, route } from "./route.ts";

const TEXT = { type: "string", minLength: 1, maxLength: 320 } as const;
const SERIAL = { type: "string", minLength: 1, maxLength: 256 } as const;
/** Longer than a code, so that a wrong one is told as such; @see MessageId codes-malformed */
const CODE = { type: "string", maxLength: 64 } as const;
const PASSWORD = { type: "string", minLength: 1, maxLength: 1024 } as const;
const SECRET = { type: "string", minLength: 1, maxLength: 8192 } as const;
const NAME = { type: "string", maxLength: 512 } as const;
const HOLDER = { type: ["string", "null"], maxLength: 128 } as const;
const FOB = { type: "string", minLength: 1, maxLength: 64 } as const;

/** Nothing. */
const NONE = { type: "object", additionalProperties: false, properties: {} } as const;

/** A page of a list. */
const PAGE = {
  type: "object",
  additionalProperties: false,
  properties: {
    after: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    limit: { type: "integer", minimum: 1, maximum: 100 },
  },
} as const;

/** A user's or root's name and password. */
const SIGN_IN = {
  oneOf: [
    {
      type: "object",
      additionalProperties: false,
      required: ["kind", "account", "user", "password"],
      properties: { kind: { const: "user" }, account: TEXT, user: TEXT, password: PASSWORD },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["kind", "email", "password"],
      properties: { kind: { const: "root" }, email: TEXT, password: PASSWORD },
    },
  ],
} as const;

/** A device and one code. */
const SIGN_IN_CODE = {
  type: "object",
  additionalProperties: false,
  required: ["serial", "code"],
  properties: { serial: SERIAL, code: CODE },
} as const;

/** A device and two codes. */
const PAIR = {
  type: "object",
  additionalProperties: false,
  required: ["serial", "code1", "code2"],
  properties: { serial: SERIAL, code1: CODE, code2: CODE },
} as const;

/** A code. */
const ONE_CODE = {
  type: "object",
  additionalProperties: false,
  required: ["code"],
  properties: { code: CODE },
} as const;

/** @see NewDevice */
const NEW_DEVICE = {
  type: "object",
  additionalProperties: false,
  required: ["name", "holder"],
  properties: { name: NAME, holder: HOLDER },
} as const;

/** @see EnableDevice */
const ENABLE = {
  type: "object",
  additionalProperties: false,
  required: ["serial", "holder", "code1", "code2"],
  properties: { serial: SERIAL, holder: HOLDER, code1: CODE, code2: CODE },
} as const;

/** A device. */
const DEVICE = {
  type: "object",
  additionalProperties: false,
  required: ["serial"],
  properties: { serial: SERIAL },
} as const;

/** @see ReplaceDevice */
const REPLACE = {
  type: "object",
  additionalProperties: false,
  required: ["serial", "holder"],
  properties: { serial: SERIAL, holder: HOLDER },
} as const;

/** @see SavedSecret */
const SAVED_SECRET = {
  type: "object",
  additionalProperties: false,
  required: ["serial", "secret"],
  properties: { serial: SERIAL, secret: SECRET },
} as const;

/** @see FobSecret */
const FOB_SECRET = {
  type: "object",
  additionalProperties: false,
  required: ["fob", "secret"],
  properties: { fob: FOB, secret: SECRET },
} as const;

/** @see FobClock */
const FOB_CLOCK = {
  type: "object",
  additionalProperties: false,
  required: ["fob"],
  properties: {
    fob: FOB,
    offsetSeconds: { type: "number", minimum: -86_400, maximum: 86_400 },
    ratePpm: { type: "number", minimum: -100_000, maximum: 100_000 },
  },
} as const;

/** @see NamedFob */
const NAMED_FOB = {
  type: "object",
  additionalProperties: false,
  required: ["fob"],
  properties: { fob: FOB },
} as const;

/** @see SetClock */
const SET_CLOCK = {
  oneOf: [
    {
      type: "object",
      additionalProperties: false,
      required: ["mode", "bySeconds"],
      properties: {
        mode: { const: "advance" },
        bySeconds: { type: "integer", minimum: 1, maximum: 31_536_000 },
      },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["mode"],
      properties: { mode: { enum: ["freeze", "run", "real"] } },
    },
  ],
} as const;

/** By key, so that none is missing. */
const BY_KEY: Readonly<Record<RouteKey, PageRoute>> = {
  "GET /about": route("GET /about", NONE, about),
  "GET /session": route("GET /session", NONE, sessionAnswer),
  "POST /sign-in": route("POST /sign-in", SIGN_IN, signIn),
  "POST /sign-in/code": route("POST /sign-in/code", SIGN_IN_CODE, signInCode),
  "POST /sign-in/resync": route("POST /sign-in/resync", PAIR, signInResync),
  "POST /sign-in/troubleshoot": route("POST /sign-in/troubleshoot", NONE, troubleshoot),
  "POST /sign-in/troubleshoot/email": route(
    "POST /sign-in/troubleshoot/email",
    ONE_CODE,
    (visit, { code }) => recoveryCode(visit, "email", code),
  ),
  "POST /sign-in/troubleshoot/phone": route(
    "POST /sign-in/troubleshoot/phone",
    ONE_CODE,
    (visit, { code }) => recoveryCode(visit, "phone", code),
  ),
  "POST /sign-out": route("POST /sign-out", NONE, signOut),
  "GET /users": route("GET /users", PAGE, listUsers),
  "GET /devices": route("GET /devices", PAGE, listDevices),
  "POST /devices": route("POST /devices", NEW_DEVICE, createDevice),
  "POST /devices/enable": route("POST /devices/enable", ENABLE, enableDevice),
  "POST /devices/resync": route("POST /devices/resync", PAIR, resyncDevice),
  "POST /devices/deactivate": route("POST /devices/deactivate", DEVICE, deactivateDevice),
  "POST /devices/delete": route("POST /devices/delete", DEVICE, deleteOne),
  "POST /devices/replace": route("POST /devices/replace", REPLACE, replaceDevice),
  "POST /devices/set-up-again": route("POST /devices/set-up-again", SAVED_SECRET, setUpAgain),
  "GET /lab/fobs": route("GET /lab/fobs", NONE, listFobs),
  "POST /lab/fobs/secret": route("POST /lab/fobs/secret", FOB_SECRET, scanFob),
  "POST /lab/fobs/clock": route("POST /lab/fobs/clock", FOB_CLOCK, setFobClock),
  "POST /lab/fobs/clear": route("POST /lab/fobs/clear", NAMED_FOB, clearFob),
  "GET /lab/mail": route("GET /lab/mail", NONE, readMail),
  "POST /lab/clock": route("POST /lab/clock", SET_CLOCK, setClock),
};

/** @see ConsoleApi */
export const ROUTES: readonly PageRoute[] = Object.values(BY_KEY);
