import { testAllEngines } from "./testing/register.ts";

// 10^6 random keys an engine: a third for each hash.
testAllEngines(333_334);
