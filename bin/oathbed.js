#!/usr/bin/env node
// The launcher: plain JavaScript, so that an old Node can read it and say what is wrong. In a
// checkout it runs the TypeScript as it is; installed, what the build made of it.

import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const LEAST_MAJOR = 24;
const EXIT_USAGE = 2;
const EXIT_BROKEN = 4;

const source = new URL("../cli/main.ts", import.meta.url);
const built = new URL("../dist/cli/main.js", import.meta.url);

if (Number(process.versions.node.split(".")[0]) < LEAST_MAJOR) {
  process.stderr.write(
    `error: oathbed needs Node ${LEAST_MAJOR} or newer, this is ${process.version}\n` +
      `hint: install Node ${LEAST_MAJOR} LTS (https://nodejs.org), or run it in a checkout as ` +
      "npm run oathbed -- …, which brings its own\n",
  );
  process.exitCode = EXIT_USAGE;
} else {
  silenceKnownExperiments();
  const isCheckout = existsSync(source);
  if (isCheckout) keepWhatSourcesBecome();
  import((isCheckout ? source : built).href)
    .then((main) => main.main())
    .catch((error) => {
      const text = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`error: oathbed does not start: ${text}\n`);
      process.stderr.write("hint: run npm ci again\n");
      process.exitCode = EXIT_BROKEN;
    });
}

/**
 * Half of what a short command takes is making JavaScript of the sources. It is kept in the
 * checkout, where only those can change it who can change the sources; nowhere, where that cannot
 * be written.
 */
function keepWhatSourcesBecome() {
  module.enableCompileCache(fileURLToPath(new URL("../.cache/compile", import.meta.url)));
}

/** SQLite and type stripping warn that they are experimental; every other warning stays. */
function silenceKnownExperiments() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const options = rest[0];
    const type = typeof options === "object" && options !== null ? options.type : options;
    const name = warning instanceof Error ? warning.name : type;
    const known = /SQLite|type stripping|strip types/i.test(String(warning));
    if (name === "ExperimentalWarning" && known) return;
    emitWarning.call(process, warning, ...rest);
  };
}
