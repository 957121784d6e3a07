// Whether tokens can be reached on this machine.

import { describeEnvironment } from "../../conformance/environment.ts";
import { type DoctorCheck, diagnose } from "../../devices/doctor.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { formatFacts } from "../table.ts";
import type { Style, Terminal } from "../terminal.ts";

/** Prints every check. @returns 3 when one says that something does not work */
export async function examineDrivers(json: boolean, terminal: Terminal): Promise<ExitCode> {
  const checks = withoutRepeats(await diagnose());
  const environment = await describeEnvironment();
  if (json) {
    const rows = checks.map(({ subject, name, health }) => ({ subject, name, ...health }));
    terminal.out(`${JSON.stringify({ checks: rows, environment }, null, 2)}\n`);
  } else {
    const { style } = terminal;
    const facts = environment.map(({ name, value }) => [name, value] as const);
    terminal.out(`${checksText(checks, style)}\n${formatFacts(facts, style)}`);
  }
  const isWell = checks.every(({ health }) => health.state === "ready");
  return isWell ? EXIT.ok : EXIT.noDevice;
}

/** A driver that cannot work cannot look for tokens either: that is said once. */
function withoutRepeats(checks: readonly DoctorCheck[]): readonly DoctorCheck[] {
  const broken = new Set(
    checks
      .filter(({ subject, health }) => subject === "driver" && health.state === "unavailable")
      .map(({ name }) => name),
  );
  return checks.filter(({ subject, name }) => subject !== "port" || !broken.has(name));
}

function checksText(checks: readonly DoctorCheck[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, health }) => {
    const cell = name.padEnd(width);
    if (health.state === "ready") return `${style.good("✓")} ${cell}  ${health.detail}\n`;
    const remedy = `  ${" ".repeat(width)}  ${style.accent(health.remedy)}\n`;
    return `${style.bad("✗")} ${cell}  ${health.detail}\n${remedy}`;
  });
  return lines.join("");
}
