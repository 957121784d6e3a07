// Schemas of what the service answers.

/** A JSON Schema, as far as routes look into it. */
export type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: "string" } as const;
const MAYBE_TEXT = { type: ["string", "null"] } as const;
const NUMBER = { type: "number" } as const;
const BOUNDS = {
  type: "object",
  required: ["low", "high"],
  properties: { low: NUMBER, high: NUMBER },
} as const;

/** @see problemBody */
export const PROBLEM: Schema = {
  description: "What is wrong, and what to do about it.",
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "hint"],
      properties: { code: TEXT, message: TEXT, hint: TEXT, problems: { type: "array" } },
    },
  },
} as const;

/** @see PublicAnswer */
export const PUBLIC: Schema = {
  description: "Whether the codes were taken; the same for every refusal.",
  type: "object",
  required: ["accepted"],
  properties: { accepted: { type: "boolean" } },
} as const;

/** @see verdictForm */
export const VERDICT: Schema = {
  description: "The verdict, for operators.",
  type: "object",
  required: ["accepted", "act", "reason"],
  properties: {
    accepted: { type: "boolean" },
    act: { enum: ["enroll", "verify", "resync"] },
    reason: MAYBE_TEXT,
    movingFactor: MAYBE_TEXT,
    offsetSteps: { type: ["integer", "null"] },
    outOfSync: { type: "boolean" },
    retryAt: MAYBE_TEXT,
    fault: { type: ["object", "null"] },
    fits: { type: ["object", "null"] },
  },
} as const;

/** @see tokenForm */
export const TOKEN: Schema = {
  type: "object",
  required: ["id", "label", "user", "state", "parameters", "watermark"],
  properties: {
    id: { type: "integer" },
    label: TEXT,
    user: MAYBE_TEXT,
    state: { enum: ["created", "enabled", "deactivated", "deleted"] },
    parameters: { type: "object" },
    watermark: { ...MAYBE_TEXT, description: "Highest step or counter consumed, decimal." },
    offsetSteps: { type: "integer", description: "Token minus service, steps." },
    failures: { type: "integer" },
    locked: { type: "boolean" },
    lockedUntil: MAYBE_TEXT,
    lastAcceptedAt: MAYBE_TEXT,
    clock: TEXT,
    isTracked: { type: "boolean" },
    pendingUntil: MAYBE_TEXT,
    validFrom: MAYBE_TEXT,
    validUntil: MAYBE_TEXT,
  },
} as const;

/** A page of tokens. */
export const TOKENS: Schema = {
  type: "object",
  required: ["tokens", "next"],
  properties: {
    tokens: { type: "array", items: TOKEN },
    next: { type: ["integer", "null"], description: "What to ask with as `after` for more." },
  },
} as const;

/** A token that was made, and once its secret when that was made too. */
export const CREATED: Schema = {
  type: "object",
  required: ["token", "secret", "otpauth"],
  properties: {
    token: TOKEN,
    secret: { ...MAYBE_TEXT, description: "Base32; only when it was drawn here, and only now." },
    otpauth: MAYBE_TEXT,
  },
} as const;

/** @see driftForm */
export const DRIFT: Schema = {
  type: ["object", "null"],
  properties: {
    firstAt: MAYBE_TEXT,
    lastAt: MAYBE_TEXT,
    offsetSeconds: BOUNDS,
    ratePpm: BOUNDS,
    isLearned: { type: "boolean" },
    leavesWindowAt: MAYBE_TEXT,
  },
} as const;

/** @see auditForm */
export const AUDIT_ROW: Schema = {
  type: "object",
  required: ["at", "token", "act", "outcome", "reason"],
  properties: {
    at: TEXT,
    token: { type: "integer", description: "0: of no token." },
    act: TEXT,
    outcome: { enum: ["accepted", "refused", "done"] },
    reason: MAYBE_TEXT,
    movingFactor: MAYBE_TEXT,
    offsetSteps: { type: ["integer", "null"] },
    by: { ...MAYBE_TEXT, description: "Who asked: name of a bearer token, or an operator." },
    detail: MAYBE_TEXT,
  },
} as const;

/** A page of the audit log. */
export const AUDIT: Schema = {
  type: "object",
  required: ["rows", "next"],
  properties: { rows: { type: "array", items: AUDIT_ROW }, next: MAYBE_TEXT },
} as const;

/** @see describeToken */
export const EXPLAINED: Schema = {
  type: "object",
  required: ["token", "drift", "faults", "refusals"],
  properties: {
    token: TOKEN,
    drift: DRIFT,
    faults: {
      type: "array",
      description: "What happened to its clock, oldest first.",
      items: {
        type: "object",
        required: ["at", "kind", "seconds", "text"],
        properties: {
          at: TEXT,
          kind: { enum: ["zone", "reset", "battery", "step"] },
          seconds: NUMBER,
          text: TEXT,
        },
      },
    },
    refusals: {
      type: "array",
      items: {
        type: "object",
        required: ["at", "act", "reason", "by", "explanation"],
        properties: {
          at: TEXT,
          act: TEXT,
          reason: MAYBE_TEXT,
          offsetSteps: { type: ["integer", "null"] },
          by: MAYBE_TEXT,
          explanation: TEXT,
        },
      },
    },
  },
} as const;

/** Anything else that is documented by its summary. */
export const OBJECT: Schema = { type: "object" } as const;
