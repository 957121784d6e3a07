// The report as JUnit XML, in the form CI viewers read (Jenkins, GitLab, GitHub actions): a
// testsuite for each subject and suite, a testcase for each case, named by its id.

import type { CaseResult, Report, ReportSubject } from "../report.ts";
import { fitReport } from "./fit.ts";
import { STATUS_MEANINGS, tally } from "./verdict.ts";
import { WIRE_FOLDER, wireFileName, wireText } from "./wire-text.ts";
import { type XmlElement, xmlDocument } from "./xml.ts";

/**
 * The report as JUnit XML. fail and xpass are failures, error is an error, skip and xfail are
 * skipped; warn and info pass, as JUnit has no word for them, and say so in their output.
 */
export function junitReport(whole: Report): string {
  const { report } = fitReport(whole);
  const suites = report.subjects.flatMap((subject) => suitesOf(report, subject));
  return xmlDocument({
    name: "testsuites",
    attributes: {
      name: "oathbed",
      ...countsOf(report.results, unreached(report)),
      time: seconds(report.durationMs),
      timestamp: timestamp(report),
    },
    children: suites,
  });
}

function suitesOf(report: Report, subject: ReportSubject): readonly XmlElement[] {
  if (subject.unavailable !== "") return [unavailableSuite(report, subject)];
  const results = report.results.filter((result) => result.subject === subject.name);
  const names = [...new Set(results.map((result) => result.suite))];
  return names.map((name) => {
    const own = results.filter((result) => result.suite === name);
    const durationMs = own.reduce((sum, result) => sum + result.durationMs, 0);
    return {
      name: "testsuite",
      attributes: {
        name: `${subject.name} ${name}`,
        ...countsOf(own, 0),
        time: seconds(durationMs),
        timestamp: timestamp(report),
      },
      children: [properties(suiteFacts(report, subject)), ...own.map(testcase)],
    };
  });
}

function unavailableSuite(report: Report, subject: ReportSubject): XmlElement {
  const { name, unavailable } = subject;
  return {
    name: "testsuite",
    attributes: { name, ...countsOf([], 1), time: seconds(0), timestamp: timestamp(report) },
    children: [
      properties(suiteFacts(report, subject)),
      {
        name: "testcase",
        attributes: {
          classname: className(name, "reachable"),
          name: "reachable",
          time: seconds(0),
        },
        children: [{ name: "skipped", attributes: { message: unavailable } }],
      },
    ],
  };
}

function testcase(result: CaseResult): XmlElement {
  const { subject, suite, id, durationMs } = result;
  return {
    name: "testcase",
    attributes: { classname: className(subject, suite), name: id, time: seconds(durationMs) },
    children: [
      properties([
        { name: "title", value: result.title },
        { name: "level", value: result.level },
        { name: "source", value: result.requirement.source },
        { name: "requirement", value: result.requirement.text },
        { name: "aliases", value: result.aliases.join(", ") },
        { name: "status", value: result.status },
        { name: "repeat", value: result.repeat },
      ]),
      ...verdictElement(result),
      { name: "system-out", text: output(result) },
    ],
  };
}

function verdictElement(result: CaseResult): readonly XmlElement[] {
  const { status, reason } = result;
  switch (status) {
    case "pass":
    case "warn":
    case "info":
      return [];
    case "skip":
      return [{ name: "skipped", attributes: { message: reason } }];
    case "xfail":
      return [{ name: "skipped", attributes: { message: `known failure: ${reason}` } }];
    case "fail":
    case "xpass":
      return [failureElement("failure", result)];
    case "error":
      return [failureElement("error", result)];
  }
}

function failureElement(name: "failure" | "error", result: CaseResult): XmlElement {
  const { status, level, requirement, reason, checks, repeat } = result;
  const failed = checks.filter((check) => !check.ok);
  const message = reason || failed[0]?.what || STATUS_MEANINGS[status];
  const text = [
    `${level}, ${requirement.source}: ${requirement.text}`,
    ...failed.flatMap((check) => [
      check.what,
      `  expected  ${check.expected}`,
      `  actual    ${check.actual}`,
    ]),
    ...(reason === "" ? [] : [reason]),
    `repeat: ${repeat}`,
  ].join("\n");
  return { name, attributes: { message, type: status }, text };
}

/** Everything else there is to say of a case, the wire log at the end. */
function output(result: CaseResult): string {
  const { status, reason, notes, checks, wire, wireLinesCut } = result;
  const word =
    status === "warn" || status === "info" ? `${status}: ${STATUS_MEANINGS[status]}` : "";
  const log = wire.length === 0 ? "" : `wire log:\n${wireText(wire)}`;
  const cut =
    wireLinesCut === 0
      ? ""
      : `${wireLinesCut} lines of it are left out, see ${WIRE_FOLDER}/${wireFileName(result)}`;
  return [
    word,
    status === "pass" ? reason : "",
    ...checks.map((check) =>
      check.ok
        ? `ok      ${check.what}: ${check.actual}`
        : `not ok  ${check.what}: ${check.actual}, expected ${check.expected}`,
    ),
    ...notes,
    log,
    cut,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function suiteFacts(report: Report, subject: ReportSubject): Report["environment"] {
  return [
    { name: "command", value: report.command },
    { name: "random seed", value: String(report.randomSeed) },
    { name: "oathbed", value: report.tool.version },
    { name: "driver", value: subject.driver },
    { name: "description", value: subject.description },
    ...subject.facts,
    ...report.environment,
  ];
}

function properties(facts: Report["environment"]): XmlElement {
  return {
    name: "properties",
    children: facts
      .filter(({ value }) => value !== "")
      .map(({ name, value }) => ({ name: "property", attributes: { name, value } })),
  };
}

/** @param more testcases that are skipped and no results: subjects that could not be reached */
function countsOf(
  results: readonly CaseResult[],
  more: number,
): Readonly<Record<"tests" | "failures" | "errors" | "skipped", number>> {
  const { fail, xpass, error, skip, xfail } = tally(results);
  return {
    tests: results.length + more,
    failures: fail + xpass,
    errors: error,
    skipped: skip + xfail + more,
  };
}

function unreached(report: Report): number {
  return report.subjects.filter((subject) => subject.unavailable !== "").length;
}

/** Viewers take a class name apart at its dots. */
function className(subject: string, suite: string): string {
  return `${subject.replaceAll(".", "_")}.${suite.replaceAll(".", "_")}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** ISO 8601 without a zone, as the schema of Jenkins asks; it is UTC. */
function timestamp(report: Report): string {
  return report.startedAt.slice(0, 19);
}
