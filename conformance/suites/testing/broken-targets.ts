// Verification servers with one defect each: what the cases must notice. All but the first two are
// the library with something wrong put around it, after defects known in the field.

import { SECOND_US } from "../../../core/time/clock.ts";
import type {
  Target,
  TargetAnswer,
  TargetFactory,
  TargetPolicy,
  TargetToken,
} from "../../target.ts";
import { libraryTarget } from "../../targets/library.ts";

const ACCEPTED: TargetAnswer = { accepted: true };
const REFUSED: TargetAnswer = { accepted: false, reason: "no-match" };

/** What is wrong with a server. */
interface Defect {
  /** Changes the policy before the library gets it. */
  readonly policy?: (policy: TargetPolicy) => TargetPolicy;
  /** Puts something around the library's target. */
  readonly target?: (target: Target) => Partial<Target>;
}

function broken(name: string, { policy, target }: Defect): TargetFactory {
  const library = libraryTarget();
  return {
    ...library,
    name,
    open: async (asked) => {
      const right = await library.open(policy?.(asked) ?? asked);
      const wrong = target?.(right) ?? {};
      return new Proxy(right, {
        get: (of, key) => {
          const own = wrong[key as keyof Target] ?? of[key as keyof Target];
          return typeof own === "function" ? own.bind(of) : own;
        },
      });
    },
  };
}

/** A code as a lenient parser takes it: full-width and spaced digits, lost zeros, any length. */
function lenient(code: string): string {
  const digits = code.normalize("NFKC").replace(/\D/g, "");
  return digits === "" ? code : digits.slice(-6).padStart(6, "0");
}

/** The time a 32-bit clock has, microseconds. */
function in32Bits(atUs: number): number {
  return atUs - Math.floor(atUs / SECOND_US / 2 ** 31) * 2 ** 31 * SECOND_US;
}

const everything = async (): Promise<TargetAnswer> => ACCEPTED;
const nothing = async (): Promise<TargetAnswer> => REFUSED;

/** Accepts whatever comes; creates what the library would not. */
const acceptsAll = broken("accepts-everything", {
  policy: () => ({ preset: "rfc6238", devicesPerUser: 100 }),
  target: (target) => ({
    create: (token: TargetToken) => target.create(token).catch(() => "1"),
    enroll: everything,
    submit: everything,
    resync: everything,
    deactivate: async () => {},
    delete: async () => {},
  }),
});

/** Enables, and then refuses whatever comes. */
const refusesAll = broken("refuses-everything", {
  target: () => ({ submit: nothing, resync: nothing }),
});

/** Servers that are wrong, by name. */
export const BROKEN_TARGETS: readonly TargetFactory[] = [
  acceptsAll,
  refusesAll,
  broken("enrolls-nothing", { target: () => ({ enroll: nothing }) }),
  broken("forgets-used-codes", {
    target: (target) => {
      const forgive = async (answer: Promise<TargetAnswer>) => {
        const given = await answer;
        return !given.accepted && given.reason === "replayed" ? ACCEPTED : given;
      };
      return {
        submit: (...args) => forgive(target.submit(...args)),
        enroll: (...args) => forgive(target.enroll(...args)),
        resync: (...args) => forgive(target.resync(...args)),
      };
    },
  }),
  broken("window-one-too-wide", {
    policy: (policy) => {
      const { past, future } = policy.window ?? { past: 1, future: 1 };
      return { ...policy, window: { past: past + 1, future: future + 1 } };
    },
  }),
  broken("half-open-window", {
    policy: (policy) => {
      const { past, future } = policy.window ?? { past: 1, future: 1 };
      return { ...policy, window: { past, future: Math.max(0, future - 1) } };
    },
  }),
  broken("never-locks", {
    policy: (policy) => ({ ...policy, throttleLimit: 1000, delaySeconds: 0 }),
  }),
  broken("locks-at-once", { policy: (policy) => ({ ...policy, throttleLimit: 1 }) }),
  broken("parses-codes-as-numbers", {
    target: (target) => ({
      submit: (id, code, atUs) => target.submit(id, lenient(code), atUs),
    }),
  }),
  broken("keys-replays-by-text", {
    target: (target) => {
      const seen = new Set<string>();
      return {
        submit: async (id, code, atUs) => {
          if (seen.has(code)) return REFUSED;
          seen.add(code);
          const answer = await target.submit(id, lenient(code), atUs);
          return !answer.accepted && answer.reason === "replayed" ? ACCEPTED : answer;
        },
      };
    },
  }),
  broken("takes-any-secret-text", {
    target: (target) => ({
      createFromText: (text) => {
        const known = text.toUpperCase().replace(/[^A-Z2-7]/g, "");
        return target.createFromText?.(known.slice(0, 24)) ?? Promise.reject(new Error("no text"));
      },
    }),
  }),
  broken("imports-what-it-can", {
    target: (target) => ({
      importFile: async (text, format) =>
        (await target.importFile?.(text, format).catch(() => [])) ?? [],
    }),
  }),
  broken("seconds-are-steps", {
    policy: ({ windowSeconds, ...policy }) =>
      windowSeconds === undefined ? policy : { ...policy, window: { past: 1, future: 1 } },
  }),
  broken("no-bounds-on-policies", {
    policy: ({ preset }) => ({ preset }),
  }),
  broken("rounds-time", {
    target: (target) => ({
      submit: (id, code, atUs) => target.submit(id, code, atUs + 15 * SECOND_US),
    }),
  }),
  broken("clock-of-32-bits", {
    target: (target) => ({
      submit: (id, code, atUs) => target.submit(id, code, in32Bits(atUs)),
    }),
  }),
  broken("check-then-act", {
    target: (target) => {
      const underWay = new Map<string, Promise<TargetAnswer>>();
      return {
        submit: (id, code, atUs) => {
          const same = underWay.get(`${id} ${code}`) ?? target.submit(id, code, atUs);
          underWay.set(`${id} ${code}`, same);
          return same.finally(() => underWay.delete(`${id} ${code}`));
        },
      };
    },
  }),
  broken("restart-forgets-failures", {
    policy: (policy) => ({ ...policy, throttleLimit: 1000 }),
    target: () => ({ restart: async () => {} }),
  }),
  broken("never-tracks-drift", { policy: (policy) => ({ ...policy, trackDrift: false }) }),
  broken("drift-off-by-one", {
    target: (target) => ({
      state: async (id) => {
        const state = await target.state?.(id);
        if (state === undefined) throw new TypeError("the library tells its state");
        return { ...state, offsetSteps: (state.offsetSteps ?? 0) + 1 };
      },
    }),
  }),
  broken("watermark-off-by-one", {
    target: (target) => ({
      state: async (id) => {
        const state = await target.state?.(id);
        if (state === undefined) throw new TypeError("the library tells its state");
        return { ...state, watermark: (state.watermark ?? 0n) + 1n };
      },
    }),
  }),
  broken("resync-with-the-login-window", {
    policy: (policy) => ({ ...policy, resyncSteps: 1, enrollSteps: 1 }),
  }),
  broken("any-number-of-devices", {
    policy: (policy) => ({ ...policy, devicesPerUser: 100 }),
  }),
];

/** A broken target by its name. */
export function brokenTarget(name: string): TargetFactory {
  const found = BROKEN_TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new RangeError(`no broken target is called ${name}`);
  return found;
}
