import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadExpectations } from "./expectations.ts";

const PAGE = new URL("../docs/verifiers.md", import.meta.url);
const SERVERS = [
  "otplib",
  "otpauth",
  "speakeasy",
  "oathtool",
  "pam_oath",
  "pam_google_authenticator",
  "rlm_totp",
];

test("the page of verifiers has the sentence of each known failure, and says what a race is", async () => {
  const page = await readFile(PAGE, "utf8");
  for (const { subject, knownFailures, sometimes } of await loadExpectations(SERVERS)) {
    if (!SERVERS.includes(subject)) continue;
    const section = page.split(`### ${subject}\n`)[1]?.split("\n### ")[0] ?? "";
    const lines = [...knownFailures].map(([id, reason]) => `- \`${id}\`: ${reason}.`);
    expect(section.trim().split("\n").toSorted(), subject).toEqual(lines.toSorted());
    for (const id of sometimes) {
      expect(knownFailures.get(id), id).toMatch(/^a race: .* in some runs and not in others$/);
    }
  }
});
