// What --plugin and --suite bring from outside this repository.

import type { Suite } from "../../conformance/case.ts";
import { joinPlugins, loadPlugin, loadSuite, type Plugin } from "../../conformance/plugin.ts";
import { SUITES } from "../../conformance/suites/index.ts";

/** As yargs gives it. */
export interface ExtensionArguments {
  readonly plugin?: readonly string[] | undefined;
  readonly suite?: readonly string[] | undefined;
}

/** All suites, and what else plug-ins bring. */
export interface Extensions extends Omit<Required<Plugin>, "suites"> {
  readonly suites: readonly Suite[];
  /** Names of the suites asked for, modules among them loaded; undefined: all. */
  readonly suiteNames: readonly string[] | undefined;
}

/** Loads the modules that are named. @throws {PluginError} */
export async function extensionsOf(args: ExtensionArguments): Promise<Extensions> {
  const plugins: Plugin[] = [];
  for (const path of args.plugin ?? []) plugins.push(await loadPlugin(path));
  const suiteNames: string[] = [];
  for (const name of args.suite ?? []) {
    if (!isModulePath(name)) {
      suiteNames.push(name);
      continue;
    }
    const suite = await loadSuite(name);
    suiteNames.push(suite.name);
    plugins.push({ suites: [suite] });
  }
  const joined = joinPlugins(plugins);
  return {
    ...joined,
    suites: [...SUITES, ...joined.suites],
    suiteNames: args.suite === undefined ? undefined : suiteNames,
  };
}

/** Whether --suite names a module: names of suites have no slashes and dots. */
export function isModulePath(name: string): boolean {
  return /[/\\.]/.test(name);
}
