// E08: a pair that fits other parameters than the token was created with.

import { expect, test } from "vitest";
import { hotpParameters, type OathParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { defaultEngine } from "../engines/default.ts";
import { codeOf } from "../testing/codes.ts";
import { Desk } from "../testing/desk.ts";
import { differingParameters, fittingParameters } from "./wrong-parameters.ts";

const NOW_US = 1_700_000_000_000_000;

function fits(own: OathParameters, codes: readonly unknown[]): OathParameters | null {
  const input = new Desk({ parameters: own, enabled: false }).input(NOW_US);
  const { engine } = defaultEngine();
  return fittingParameters({ input, codes, engine, secret: rfc4226Secret() });
}

/** Two codes that a token of these parameters shows, so many steps from now. */
function shown(parameters: OathParameters, offset = 0): string[] {
  const grid = parameters.kind === "totp" ? parameters : { stepSeconds: 1, t0: NOW_US / 1e6 };
  const now = Math.floor((NOW_US / 1e6 - grid.t0) / grid.stepSeconds);
  return [now + offset, now + offset + 1].map((factor) => codeOf(parameters, factor));
}

test.each<[string, OathParameters, OathParameters]>([
  ["stepSeconds", totpParameters(), totpParameters({ stepSeconds: 60 })],
  ["stepSeconds", totpParameters({ stepSeconds: 60 }), totpParameters()],
  ["algorithm", totpParameters(), totpParameters({ algorithm: "SHA256" })],
  ["algorithm", totpParameters({ algorithm: "SHA512" }), totpParameters()],
  ["digits", totpParameters(), totpParameters({ digits: 8 })],
  ["digits", totpParameters({ digits: 8 }), totpParameters()],
  ["t0", totpParameters({ t0: 1_000_000_000 }), totpParameters()],
  ["t0", totpParameters(), totpParameters({ t0: 1_000_000_000 })],
  ["t0", totpParameters(), totpParameters({ t0: 946_684_800 })],
  ["stepSeconds,t0", totpParameters(), totpParameters({ stepSeconds: 60, t0: 946_684_800 })],
  ["kind,stepSeconds,t0", totpParameters(), hotpParameters()],
  ["kind,stepSeconds,t0", hotpParameters(), totpParameters()],
])("names %s", (names, own, real) => {
  const found = fits(own, shown(real));
  expect(found).toEqual(real);
  expect(found && differingParameters(own, found).join()).toBe(names);
});

test("a T0 of another kind is named by what fits", () => {
  const real = totpParameters({ t0: 300_000 });
  expect(fits(totpParameters(), shown(real, -1))).toEqual(real);
});

test.each<[string, readonly unknown[]]>([
  ["codes of another secret", ["123456", "654321"]],
  ["one code", shown(totpParameters()).slice(1)],
  ["no codes at all", [null, 5]],
  ["codes of different length", ["123456", "12345678"]],
  ["codes that no token has", ["12345", "12345"]],
])("%s fit nothing", (_, codes) => {
  expect(fits(totpParameters(), codes)).toBeNull();
});
