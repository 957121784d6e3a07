// npm run check:native: loads every optional package, and fails when one does not load. Users can
// do without (`oathbed devices doctor` names it); the laboratory cannot.

import { packageFile } from "./house/tree.ts";

let missing = 0;
for (const [name, version] of Object.entries(packageFile().optionalDependencies)) {
  try {
    await import(name);
    process.stdout.write(`${name} ${version} loads\n`);
  } catch (error) {
    missing++;
    const message = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${name} ${version} does not load: ${message}\n`);
  }
}
process.exitCode = missing > 0 ? 1 : 0;
