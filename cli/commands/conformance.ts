// oathbed conformance: judges tokens; oathbed conformance verifier judges verification servers.

import type { Level } from "../../conformance/case.ts";
import { type Command, defineCommand } from "../command.ts";
import { INVENTORY_OPTION, JSON_OPTION, PASSWORD_OPTIONS, RANDOM_SEED_OPTION } from "../options.ts";

const SELECTION_OPTIONS = {
  suite: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "suite to take, or a module of yours that exports one: ./my-suite.ts; repeatable",
  },
  section: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "section of a document, 5.2; may be repeated",
  },
  only: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "id of a case, its beginning or an alias; may be repeated",
  },
  level: {
    type: "string",
    array: true,
    requiresArg: true,
    choices: ["MUST", "SHOULD", "MAY"] satisfies Level[],
    description: "how binding; may be repeated",
  },
  grep: { type: "string", requiresArg: true, description: "text in id, title or requirement" },
  strict: { type: "boolean", default: false, description: "a broken SHOULD fails the run" },
  "last-failed": {
    type: "boolean",
    default: false,
    description: "only what failed or warned in the report at --report",
  },
  resume: {
    type: "boolean",
    default: false,
    description: "go on with the run that was interrupted, from the report at --report",
  },
  shard: {
    type: "string",
    requiresArg: true,
    description: "a part of the run, 2/5; oathbed report merge puts the reports together",
  },
  repeat: {
    type: "string",
    requiresArg: true,
    default: "1",
    description: "how often each case runs, each time with the next random seed",
  },
  parallel: {
    type: "string",
    requiresArg: true,
    default: "1",
    description:
      "how many tokens and targets are judged at the same time; they share one thread, which " +
      "emulated ones keep busy: more pays for what one waits for, physical tokens and servers",
  },
  "case-timeout": {
    type: "string",
    requiresArg: true,
    description: "seconds a case may take; default 10, with a person's token 120",
  },
  report: {
    type: "string",
    requiresArg: true,
    description: "folder to write report.html, report.json and junit.xml to",
  },
  write: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "one more report: html=FILE, json=FILE or junit=FILE; may be repeated",
  },
  plugin: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "module with suites, drivers, tokens or targets of yours; may be repeated",
  },
  verbose: {
    type: "boolean",
    default: false,
    description: "print every failure, check and reason, however many",
  },
  plan: {
    type: "boolean",
    default: false,
    description: "say what would run and what it would do to the tokens; run nothing",
  },
  list: { type: "boolean", default: false, description: "list the cases selected; run nothing" },
  ...RANDOM_SEED_OPTION,
  ...JSON_OPTION,
} as const;

const TARGET_OPTION = {
  "max-wait": {
    type: "string",
    requiresArg: true,
    default: "0",
    description:
      "seconds of real time a case may wait for a token without a rig, or a server that lives now",
  },
  target: {
    type: "string",
    array: true,
    requiresArg: true,
    description:
      "library:memory, library:sqlite, service, otplib, otpauth, speakeasy, oathtool, or http:FILE",
  },
} as const;

const TOKEN_OPTIONS = {
  device: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "name in the inventory or driver:address; may be repeated; default: all emulated",
  },
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
  control: {
    type: "string",
    requiresArg: true,
    description: "control socket of the process that emulates the one --device: its rig",
  },
  destructive: {
    type: "boolean",
    default: false,
    description: "a run may take what a physical token holds; needs --serial",
  },
  serial: {
    type: "string",
    requiresArg: true,
    description: "serial number of the physical token that --destructive means",
  },
  ...TARGET_OPTION,
  ...SELECTION_OPTIONS,
} as const;

const VERIFIER_OPTIONS = { ...TARGET_OPTION, ...SELECTION_OPTIONS } as const;

const verifierCommand: Command = defineCommand({
  name: "verifier",
  summary: "Judge verification servers; default: the library here on both stores",
  options: VERIFIER_OPTIONS,
  examples: [
    ["oathbed conformance verifier", "the verifier library"],
    ["oathbed conformance verifier --target library:sqlite --section 5.2", "one section"],
    ["oathbed conformance verifier --target service", "the HTTP service, in test mode"],
  ],
  run: async (args, context) => {
    const { judgeVerifiers } = await import("../conformance/judge.ts");
    return judgeVerifiers(args, context);
  },
});

/** `oathbed conformance`. */
export const conformanceCommand: Command = defineCommand({
  name: "conformance",
  summary: "Judge tokens against RFC 4226, RFC 6238 and the contract of their driver",
  details:
    "With --target, pairs of a token and a verifier are judged as well. Exit code 1: a MUST is\n" +
    "broken, 5: the selection is empty.",
  options: TOKEN_OPTIONS,
  subcommands: [verifierCommand],
  examples: [
    ["oathbed conformance", "every emulated token"],
    ["oathbed conformance --device serial:/dev/ttyACM0 --plan", "what a run would do to a token"],
    ["oathbed conformance --only rfc6238/appendix-b --report out", "one section, reports in out"],
    ["oathbed conformance --report out --last-failed", "only what failed, until nothing does"],
    ["oathbed conformance --plugin ./my-driver.ts --device mine:1", "a token by a driver of yours"],
    ["oathbed conformance --list --json", "the cases, for a script"],
  ],
  run: async (args, context) => {
    const { judgeTokens } = await import("../conformance/judge.ts");
    return judgeTokens(args, context);
  },
});
