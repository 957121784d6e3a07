// The wire of a token for people: each message decoded, secrets replaced.

import type { Clock } from "../../core/time/clock.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { createWireDecoder } from "../../core/wire/decode.ts";
import type { OpenTap } from "../../firmware-sim/ports/tap.ts";
import type { Terminal } from "../terminal.ts";

const ARROWS = { "to-token": "→", "from-token": "←" } as const;

/** Taps that print on stderr: seconds since the start, the token, the direction, the message. */
export function traceTo(terminal: Terminal, name: string, clock: Clock): OpenTap {
  const startUs = clock.monotonicUs();
  return (protocol) => {
    const decode = createWireDecoder(protocol);
    return (direction, bytes) => {
      const seconds = ((clock.monotonicUs() - startUs) / SECOND_US).toFixed(3);
      for (const line of decode(direction, bytes)) {
        terminal.err(`${seconds.padStart(9)}  ${name} ${ARROWS[direction]} ${line}\n`);
      }
    };
  };
}

/** One tap of two. */
export function bothTaps(one: OpenTap, other: OpenTap): OpenTap {
  return (protocol, connection) => {
    const taps = [one(protocol, connection), other(protocol, connection)];
    return (direction, bytes) => {
      for (const tap of taps) tap(direction, bytes);
    };
  };
}
