// A write that waits for room and a read that waits for bytes, at once. The serialport package
// (bindings-cpp 13) asks the system for the wait that began last and forgets the other one: a long
// line that a token answers only when it has come whole is then never sent to its end. Here each
// wait is asked for together with those that go on.

import type { SerialPort } from "serialport";

/** What can be waited for, as libuv numbers it. */
const EVENTS = [
  ["readable", 1],
  ["writable", 2],
  ["disconnect", 4],
] as const;

/** What the package's ports have where the operating system has file descriptors. */
interface Poller {
  poll(events: number): void;
  listenerCount(event: (typeof EVENTS)[number][0]): number;
}

/** To be called once when a port has opened, before anything is read. No effect on Windows. */
export function keepBothWaits(port: Pick<SerialPort, "port">): void {
  const poller: unknown = (port.port as { readonly poller?: unknown } | undefined)?.poller;
  if (!isPoller(poller)) return;
  const poll = poller.poll.bind(poller);
  poller.poll = (events) => {
    const goOn = EVENTS.filter(([event]) => poller.listenerCount(event) > 0);
    poll(goOn.reduce((all, [, flag]) => all | flag, events));
  };
}

function isPoller(value: unknown): value is Poller {
  return typeof value === "object" && value !== null && "poll" in value && "listenerCount" in value;
}
