import { subjectSource } from "../sources.ts";
import { deviceContract } from "../testing/contract.ts";

for (const spec of ["serial:emulated", "serial:emulated-arduino"]) {
  deviceContract(spec, () => subjectSource(spec).open({}));
}
