import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabToken } from "../testing/lab-token.ts";
import { Ykman } from "../testing/ykman.ts";
import { insertToken, openscTool, READER } from "./reader.ts";

let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5" });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("opensc-tool lists the reader with a card in it", async () => {
  const listed = await openscTool("-l");
  expect(listed).toMatch(new RegExp(`^0 +Yes +${READER}$`, "m"));
});

test("opensc-tool shows the model's answer to reset", async () => {
  const atr = Buffer.from(lab.token.profile.atr.contact).toString("hex");
  expect((await openscTool("-r", "0", "--atr")).replaceAll(":", "")).toContain(atr);
});

test("the probes for every card that OpenSC knows leave the token as it was", async () => {
  // About 45 commands of other cards, to applications that are not there.
  expect(await openscTool("-r", "0", "-n")).toContain("Unsupported card");
  const select = "00A4040007A0000005272101";
  const list = "00A10000";
  const said = await openscTool(
    "-r",
    "0",
    "-s",
    select,
    "-s",
    list,
    "-s",
    "00FF000000",
    "-s",
    list,
  );
  const answers = [...said.matchAll(/SW1=0x(..), SW2=0x(..)/g)].map(([, a, b]) => `${a}${b}`);
  expect(answers).toEqual(["9000", "9000", "6D00", "9000"]);
  using ykman = new Ykman("--reader", READER);
  expect(await ykman.says("oath", "info")).toContain("OATH version: 5.4.3");
});
