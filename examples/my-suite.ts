// A suite of your own: what your product promises beyond the RFCs. Each case gets a token freshly
// set up; what it checks is in the report with both values.
//
//   oathbed conformance --suite ./my-suite.ts --device virtual

import type { Suite } from "oathbed/conformance";

const SECRET = new TextEncoder().encode("12345678901234567890");
const SIX_DIGITS = { kind: "totp", algorithm: "SHA1", digits: 6, stepSeconds: 30, t0: 0 } as const;

export const suite: Suite = {
  name: "house",
  title: "What our tokens promise beyond the RFCs",
  cases: [
    {
      id: "house/display/same-code-twice",
      title: "a code read twice within its step is the same code",
      requirement: { text: "Reading a code changes nothing.", source: "house rules §1" },
      level: "MUST",
      subject: "token",
      needs: ["totp", "provision"],
      run: async (t) => {
        await t.provision(SECRET, SIX_DIGITS);
        const first = await t.totpAt(59);
        const second = await t.totpAt(59);
        t.equal("the code", second.code, first.code);
      },
    },
    {
      id: "house/names/long-name",
      title: "a credential may have a name of 40 characters",
      requirement: { text: "Names of 40 characters are taken.", source: "house rules §2" },
      level: "SHOULD",
      subject: "token",
      needs: ["totp", "provision", "names", "list"],
      run: async (t) => {
        const name = await t.provision(SECRET, SIX_DIGITS, { name: "n".repeat(40) });
        const held = await t.device.list();
        t.holds(
          "it is listed under that name",
          held.some((credential) => credential.name === name),
        );
      },
    },
  ],
};
