import { bigIntegerCode, otplibCode } from "../../conformance/oracle.ts";
import { nodeCryptoEngine } from "./node-crypto.ts";
import { otplibEngine } from "./otplib.ts";
import { testEngine } from "./testing/contract.ts";

// otplib is no oracle past 2^53 - 1, nor for itself: there RFC 4226 in big integers answers.
testEngine(nodeCryptoEngine, (secret, { algorithm, digits }, factor) =>
  factor <= otplibEngine.highestMovingFactor
    ? otplibCode(secret, algorithm, digits, factor)
    : bigIntegerCode(secret, algorithm, digits, factor),
);
testEngine(otplibEngine, (secret, { algorithm, digits }, factor) =>
  bigIntegerCode(secret, algorithm, digits, factor),
);
