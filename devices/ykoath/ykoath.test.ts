import { openYkoathSubject } from "../rigs/card-subject.ts";
import { deviceContract } from "../testing/contract.ts";

for (const profile of ["yubikey5", "yubikey4"]) {
  deviceContract(
    `ykoath:${profile}`,
    async () => openYkoathSubject(`ykoath:${profile}`, profile, {}),
    { display: false },
  );
}
