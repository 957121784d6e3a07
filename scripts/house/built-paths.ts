// What the build does to paths of our own scripts that are no imports.

const OWN_SCRIPT = /(\bnew URL\(\s*["']\.{1,2}\/[^"']*)\.ts(["'],\s*import\.meta\.url\s*,?\s*\))/g;

/**
 * The text of an emitted module whose `new URL("./child.ts", import.meta.url)` name the emitted
 * files. tsc does the same to import specifiers, and to nothing else.
 */
export function withBuiltPaths(text: string): string {
  return text.replace(OWN_SCRIPT, "$1.js$2");
}
