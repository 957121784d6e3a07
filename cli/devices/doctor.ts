// Whether each driver can work on this machine.

import { describeEnvironment } from "../../conformance/environment.ts";
import { type DriverState, healthOfDrivers } from "../../devices/registry.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { formatFacts } from "../table.ts";
import type { Style, Terminal } from "../terminal.ts";

/** Prints it. @returns 3 when a driver cannot work */
export async function examineDrivers(json: boolean, terminal: Terminal): Promise<ExitCode> {
  const states = await healthOfDrivers();
  const environment = await describeEnvironment();
  if (json) {
    const drivers = states.map(({ driver, health }) => ({ driver: driver.name, ...health }));
    terminal.out(`${JSON.stringify({ drivers, environment }, null, 2)}\n`);
  } else {
    const { style } = terminal;
    const facts = environment.map(({ name, value }) => [name, value] as const);
    terminal.out(`${statesText(states, style)}\n${formatFacts(facts, style)}`);
  }
  const isWell = states.every(({ health }) => health.state === "ready");
  return isWell ? EXIT.ok : EXIT.noDevice;
}

function statesText(states: readonly DriverState[], style: Style): string {
  const width = Math.max(...states.map(({ driver }) => driver.name.length));
  const lines = states.map(({ driver, health }) => {
    const name = driver.name.padEnd(width);
    if (health.state === "ready") return `${style.good("✓")} ${name}  ${health.detail}\n`;
    const remedy = `  ${" ".repeat(width)}  ${style.accent(health.remedy)}\n`;
    return `${style.bad("✗")} ${name}  ${health.detail}\n${remedy}`;
  });
  return lines.join("");
}
