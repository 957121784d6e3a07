// Tests of the labs: real host software against emulated tokens. They run beside a pcscd or inside
// the Linux guest, never in `npm test`; scripts/labs/run.ts starts them. One file at a time: they
// share readers, buses and a kernel. Nothing is written below the checkout, which the guest reads
// only.

import { defineConfig, type ViteUserConfig } from "vitest/config";
import { CountsReporter } from "./testing/counts-reporter.ts";
import { patience } from "./testing/patience.ts";

const config: ViteUserConfig = defineConfig({
  cacheDir: "/tmp/oathbed-lab-vite",
  test: {
    include: ["scripts/labs/**/*.lab.test.ts"],
    reporters: ["default", new CountsReporter()],
    fileParallelism: false,
    isolate: false,
    testTimeout: patience(30_000),
    hookTimeout: patience(30_000),
  },
});
export default config;
