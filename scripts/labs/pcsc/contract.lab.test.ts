import { afterAll, beforeAll } from "vitest";
import { deviceContract } from "../../../devices/testing/contract.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { openCardSubject } from "./card-subject.ts";
import { insertToken } from "./reader.ts";

let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5" });
});

afterAll(() => lab[Symbol.asyncDispose]());

deviceContract("smart-card behind pcscd", () => openCardSubject(lab), { display: false });
