// What `token run` tells: where tokens are, what hosts do, who must be touched.

import type { Rig } from "../../devices/rig.ts";
import type { OpenTap } from "../../firmware-sim/ports/tap.ts";
import type { Terminal } from "../terminal.ts";
import type { HeldToken } from "./held-token.ts";
import type { TokenSpec } from "./run-spec.ts";

/** The voice of a run, and the ear for Enter. */
export class TokenNotices {
  readonly #terminal: Terminal;
  readonly #isJson: boolean;
  readonly #held = new Map<TokenSpec, HeldToken>();
  /** Tokens whose wait for a touch was told. */
  readonly #told = new Set<TokenSpec>();
  #stopListening: () => void = () => {};

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.#isJson = isJson;
  }

  add(spec: TokenSpec, held: HeldToken): void {
    this.#held.set(spec, held);
  }

  /** Lines of a port: hosts that come and go, warnings. */
  log(name: string, line: string): void {
    const [, warning] = /^warning: (.*)$/s.exec(line) ?? [];
    const text = warning === undefined ? `${line}\n` : this.#warning(warning);
    this.#terminal.err(`${name}: ${text}`);
  }

  /** A warning about the run as a whole. */
  warn(text: string): void {
    this.#terminal.err(this.#warning(text));
  }

  #warning(text: string): string {
    return `${this.#terminal.errStyle.warn("warning:")} ${text}\n`;
  }

  /** `ready ADDRESS` on stdout, or an event. */
  ready(spec: TokenSpec, held: HeldToken, control: string | undefined): void {
    const { terminal } = { terminal: this.#terminal };
    if (this.#isJson) this.#event("ready", spec, held, control);
    else {
      if (control !== undefined) terminal.out(`control ${control}\n`);
      terminal.out(`ready ${held.address}\n`);
    }
    terminal.err(`${held.description}\n`);
  }

  /** The same rig; a port that is plugged in again may have another path, and hosts must know. */
  rigThatTells(spec: TokenSpec, held: HeldToken): Rig {
    const reconnect = async (): Promise<void> => {
      await held.rig.reconnect();
      if (this.#isJson) this.#event("port", spec, held);
      else this.#terminal.out(`port ${held.address}\n`);
    };
    return new Proxy(held.rig, {
      get: (target, name) => {
        if (name === "reconnect") return reconnect;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Looks after each message whether the token waits for a touch now. */
  touchTap(spec: TokenSpec): OpenTap {
    return () => () => {
      if (spec.touch === "button") setImmediate(() => this.#lookAtButton(spec));
    };
  }

  /** Enter touches the token that waits; when none does, the only one. */
  listenForEnter(): void {
    const hasButton = [...this.#held.keys()].some(({ touch }) => touch === "button");
    if (!hasButton || !this.#terminal.inIsTerminal) return;
    this.#terminal.err("Enter touches the token\n");
    this.#stopListening = this.#terminal.onEnter(() => this.#press());
  }

  stop(): void {
    this.#stopListening();
  }

  #lookAtButton(spec: TokenSpec): void {
    const held = this.#held.get(spec);
    const isAwaited = held?.isTouchAwaited === true;
    if (held === undefined || isAwaited === this.#told.has(spec)) return;
    if (!isAwaited) {
      this.#told.delete(spec);
      return;
    }
    this.#told.add(spec);
    const how = this.#terminal.inIsTerminal ? ": press Enter" : "";
    this.#terminal.err(`${spec.name}: waits for a touch${how}\n`);
    if (this.#isJson) this.#event("touch", spec, held);
  }

  #press(): void {
    const buttons = [...this.#held].filter(([{ touch }]) => touch === "button");
    const waiting = buttons.find(([, held]) => held.isTouchAwaited);
    const [, held] = waiting ?? (buttons.length === 1 ? (buttons[0] ?? []) : []);
    if (held === undefined) this.#terminal.err("no token waits for a touch\n");
    else void held.rig.pressButton();
  }

  #event(event: string, spec: TokenSpec, held: HeldToken, control?: string): void {
    const { address, device, serial, description } = held;
    const port = spec.attach === "pty" ? { port: address } : {};
    const { name: token, model, attach } = spec;
    const { profile } = model;
    const facts = { token, profile, attach, address, device, serial, control, description };
    this.#terminal.out(`${JSON.stringify({ event, ...port, ...facts })}\n`);
  }
}
