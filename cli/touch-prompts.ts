// Tells the person at the bench that a token waits for a touch.

import type { TokenSource } from "../conformance/run/token-source.ts";
import type { Device, OperationOptions } from "../devices/device.ts";
import type { Subject } from "../devices/subject.ts";
import type { Terminal } from "./terminal.ts";

/** Operations that may wait for a touch; their options come first. */
const WAITING: ReadonlySet<string | symbol> = new Set<keyof Device>([
  "readTotp",
  "readHotp",
  "reset",
]);

/** The same token; what waits for a touch says so on stderr, unless its caller has a say itself. */
export function withTouchPrompts(source: TokenSource, terminal: Terminal): TokenSource {
  return {
    ...source,
    open: async (options) => prompting(await source.open(options), terminal),
  };
}

function prompting(subject: Subject, terminal: Terminal): Subject {
  const connect = async (): Promise<Device> => promptingDevice(await subject.connect(), terminal);
  return withMember(subject, (name) => (name === "connect" ? connect : undefined));
}

/** The same device, with a default for `onTouch`. */
export function promptingDevice(device: Device, terminal: Terminal): Device {
  const onTouch = (): void => {
    terminal.err(`${terminal.errStyle.accent("touch the token")}: ${device.info.address} waits\n`);
  };
  return withMember(device, (name) => {
    if (!WAITING.has(name)) return undefined;
    const operation: unknown = Reflect.get(device, name, device);
    if (typeof operation !== "function") return undefined;
    return (options?: OperationOptions) => operation.call(device, { onTouch, ...options });
  });
}

/** `target` with some members replaced; the others see the target itself. */
function withMember<T extends object>(target: T, replaced: (name: string | symbol) => unknown): T {
  return new Proxy(target, {
    get: (_, name) => {
      const own = replaced(name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      // Not `bind`: V8 13.6 takes no bound function for Symbol.asyncDispose.
      return (...args: readonly unknown[]) => value.apply(target, args);
    },
  });
}
