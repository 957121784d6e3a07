// What a model takes in a PUT: data of its profile.

import type { CardTypeAndAlgorithm, PutRequest } from "../../../core/wire/ykoath.ts";
import type { OathProfile } from "../smart-profile.ts";

/** Whether digits, hash, length of the secret and properties are the model's. */
export function isAcceptable(
  profile: OathProfile,
  request: Pick<PutRequest, "digits" | "secret" | "property"> &
    Pick<CardTypeAndAlgorithm, "algorithm">,
): boolean {
  const { digits, algorithm, secret, property } = request;
  return (
    digits >= profile.digits.low &&
    digits <= profile.digits.high &&
    profile.algorithms.includes(algorithm) &&
    secret.length <= profile.secretBytes &&
    (property & ~profile.properties) === 0
  );
}
