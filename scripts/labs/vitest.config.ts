// Tests of the labs: real host software against emulated tokens. They run beside a pcscd or inside
// the Linux guest, never in `npm test`; scripts/labs/run.ts starts them. One file at a time: they
// share readers, buses and a kernel. What vitest makes of the sources is kept in OATHBED_LAB_CACHE:
// the guest, where that takes a minute, starts from a copy of the host's.

import { defineConfig, type ViteUserConfig } from "vitest/config";
import { CountsReporter } from "./testing/counts-reporter.ts";
import { patience } from "./testing/patience.ts";

const cache: string = process.env.OATHBED_LAB_CACHE ?? ".cache/lab";

const config: ViteUserConfig = defineConfig({
  cacheDir: `${cache}/vite`,
  test: {
    fsModuleCache: true,
    fsModuleCachePath: `${cache}/modules`,
    include: ["scripts/labs/**/*.lab.test.ts"],
    reporters: ["default", new CountsReporter()],
    fileParallelism: false,
    isolate: false,
    testTimeout: patience(30_000),
    hookTimeout: patience(30_000),
  },
});
export default config;
