// What a target cannot be set up for.

import { TargetCannot, type TargetPolicy } from "../target.ts";

/** They are about acts that a target without enrollment or resync refuses by themselves. */
const HARMLESS: readonly (keyof TargetPolicy)[] = ["preset", "enrollSteps", "resyncSteps"];

/** @throws {TargetCannot} when a case sets a field that is not among `known` */
export function refuseOtherPolicy(
  policy: TargetPolicy,
  known: readonly (keyof TargetPolicy)[],
): void {
  const fields = Object.keys(policy) as readonly (keyof TargetPolicy)[];
  const field = fields.find(
    (one) => policy[one] !== undefined && !known.includes(one) && !HARMLESS.includes(one),
  );
  if (field !== undefined) throw new TargetCannot(`it has no setting for ${field}`);
}
