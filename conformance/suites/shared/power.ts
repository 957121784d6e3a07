// Power that fails in the middle of an act.

import type { OperationOptions } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { TokenContext } from "../../token-context.ts";

/**
 * Does `act` until it ends, or until the token has lost its power: some ways to a token (a serial
 * port) do not tell, and no answer will come. What takes long on a busy host is waited for.
 *
 * @param act what is done with these options; cancelled when the power is gone
 */
export async function untilPowerFails<T>(
  t: TokenContext,
  act: (options: OperationOptions) => Promise<T>,
): Promise<T> {
  const { rig } = t;
  const stop = new AbortController();
  const over = new AbortController();
  const acting = act({ signal: AbortSignal.any([t.signal, stop.signal]) }).finally(() =>
    over.abort(),
  );
  // Whoever looks no more must not miss a rejection.
  acting.catch(() => {});
  while (rig !== null && !over.signal.aborted && !t.signal.aborted) {
    if (!(await rig.truth()).powered) stop.abort();
    if (stop.signal.aborted) break;
    await new Promise(setImmediate);
  }
  return acting;
}

/** Whether it went well; errors of the way or the token are values. */
export async function wentWell(acting: Promise<unknown>): Promise<boolean> {
  try {
    await acting;
    return true;
  } catch (error) {
    if (error instanceof DeviceError) return false;
    throw error;
  }
}
