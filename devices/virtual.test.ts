import { subjectSource } from "./sources.ts";
import { deviceContract } from "./testing/contract.ts";

for (const spec of ["virtual", "drifting-clock"]) {
  deviceContract(spec, () => subjectSource(spec).open({}));
}
