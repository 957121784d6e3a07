import { subjectSource } from "../sources.ts";
import { deviceContract } from "../testing/contract.ts";

deviceContract("hid:emulated", () => subjectSource("hid:emulated").open({}), { display: false });

deviceContract(
  "hid:emulated-nitrokey-pro",
  () => subjectSource("hid:emulated-nitrokey-pro").open({}),
  { display: false, nameBytes: 15 },
);
