// Two projects: pure tests share one worker context (isolation costs 0.15 s a file);
// tests that load native packages, open pseudo-terminals or start processes (*.io.test.ts) run
// isolated. Volumes of 10^6 and races (*.long.test.ts) run in .ci/run only; *.lab.test.ts need the
// labs, which have a configuration of their own (scripts/labs).
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const exclude: string[] = ["**/node_modules/**", "dist/**", "reports/**"];
const long: boolean = process.env.OATHBED_LONG === "1";

// Half of what a command takes is making JavaScript of its sources: those that tests start find it
// made by the one before.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL(".cache/compile", import.meta.url));

const config: ViteUserConfig = defineConfig({
  test: {
    // Vitest leaves one processor free: of two, half. One long test waits for minutes of real time
    // beside those that compute.
    maxWorkers: Math.max(2, availableParallelism()) + (long ? 1 : 0),
    projects: [
      {
        test: {
          name: "pure",
          include: ["**/*.test.ts"],
          exclude: [...exclude, "**/*.io.test.ts", "**/*.long.test.ts", "**/*.lab.test.ts"],
          isolate: false,
          testTimeout: 15_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "io",
          include: ["**/*.io.test.ts"],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      ...(long
        ? [
            {
              test: {
                name: "long",
                include: ["**/*.long.test.ts"],
                exclude,
                testTimeout: 360_000,
                hookTimeout: 60_000,
              },
            },
          ]
        : []),
    ],
  },
});
export default config;
