// An act of a form or a button: busy while it runs, and what the service refused.

import { useRef, useState } from "preact/hooks";
import { Refused } from "../api.ts";

/** @see useAct */
export interface Act {
  readonly isBusy: boolean;
  /** Of the last run; null when it went well, or has not run. */
  readonly refused: Refused | null;
  /** Runs `work`, unless one is running. Whatever it throws but Refused is a mistake of ours. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
  readonly clear: () => void;
}

/** State of an act in a component. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const running = useRef(false);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    // Gone and back: screen readers tell the same refusal a second time.
    setRefused(null);
    try {
      await work();
    } catch (error) {
      setRefused(error instanceof Refused ? error : new Refused("internal"));
      if (!(error instanceof Refused)) console.error(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { isBusy, refused, run, clear: () => setRefused(null) };
}
