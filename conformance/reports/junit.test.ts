import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { hostile, SAMPLE_SECRET_FORMS, sampleReport } from "../testing/sample-report.ts";
import { junitReport } from "./junit.ts";

const SAMPLE: Report = await sampleReport();

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** The document as a tree, by a parser that refuses whatever XML 1.0 forbids. */
function parse(xml: string): Node {
  const parser = new SaxesParser({ xmlns: false });
  const top: Node = { name: "", attributes: {}, children: [], text: "" };
  const open: Node[] = [top];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const { name, attributes } = tag as { name: string; attributes: Record<string, string> };
    const node: Node = { name, attributes: { ...attributes }, children: [], text: "" };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("text", (text) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += text;
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(xml).close();
  const [root] = top.children;
  if (root === undefined) throw new Error("no root element");
  return root;
}

function all(node: Node, name: string): readonly Node[] {
  return node.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...all(child, name),
  ]);
}

function find(root: Node, classname: string, name: string): Node {
  const found = all(root, "testcase").find(
    ({ attributes }) => attributes.classname === classname && attributes.name === name,
  );
  if (found === undefined) throw new Error(`no testcase ${classname} ${name}`);
  return found;
}

test("suites are subjects by suites, and their counts are those of their cases", () => {
  const root = parse(junitReport(SAMPLE));
  expect(root.name).toBe("testsuites");
  expect(root.children.map((suite) => suite.attributes.name)).toEqual([
    "virtual rfc4226",
    "virtual rfc6238",
    "drifting-clock rfc4226",
    "drifting-clock rfc6238",
    "serial:emulated",
    "fake-server rfc4226",
    "fake-server enrollment",
  ]);
  for (const suite of [root, ...root.children]) {
    const { tests, failures, errors, skipped } = suite.attributes;
    expect(Number(tests)).toBe(all(suite, "testcase").length);
    expect(Number(failures)).toBe(all(suite, "failure").length);
    expect(Number(errors)).toBe(all(suite, "error").length);
    expect(Number(skipped)).toBe(all(suite, "skipped").length);
  }
  expect(Number(root.attributes.tests)).toBe(SAMPLE.results.length + 1);
});

test("a failure carries requirement, both values and the command that repeats it", () => {
  const root = parse(junitReport(SAMPLE));
  const [failure] = find(root, "fake-server.rfc4226", "rfc4226/7.2/replayed-code").children.filter(
    (child) => child.name === "failure",
  );
  expect(failure?.attributes).toEqual({ message: "the code of the next step", type: "fail" });
  expect(failure?.text.split("\n")).toEqual([
    "MUST, RFC 4226 §7.2: The server increments its counter after a successful validation.",
    "the code of the next step",
    "  expected  accepted",
    "  actual    refused: no-match",
    "repeat: oathbed conformance verifier --target fake-server " +
      "--only rfc4226/7.2/replayed-code --random-seed 42",
  ]);
});

test.each([
  ["virtual.rfc4226", "rfc4226/d/counter-0", []],
  ["virtual.rfc4226", "rfc4226/5.3/leading-zeros", []],
  ["virtual.rfc6238", "rfc6238/b/sha512-59", ["skipped"]],
  ["virtual.rfc6238", "rfc6238/4.2/t0", ["skipped"]],
  ["drifting-clock.rfc6238", "rfc6238/5.2/port-vanishes", ["error"]],
  ["fake-server.enrollment", "enrollment/2/late-codes", ["failure"]],
  ["serial:emulated.reachable", "reachable", ["skipped"]],
])("%s %s has %j", (classname, name, verdicts) => {
  const { children } = find(parse(junitReport(SAMPLE)), classname, name);
  const own = children.map((child) => child.name);
  expect(own.filter((one) => one !== "properties" && one !== "system-out")).toEqual(verdicts);
});

test("the wire log is in a case's output, one line a message", () => {
  const { children } = find(parse(junitReport(SAMPLE)), "virtual.rfc4226", "rfc4226/d/counter-0");
  const output = children.find((child) => child.name === "system-out")?.text.split("\n");
  expect(output?.slice(0, 4)).toEqual([
    'ok      the code of counter 0: "755224"',
    "wire log:",
    " 0.000000 * opened",
    " 0.000120 > time 1767225600",
  ]);
});

test("hostile texts leave it well-formed, and no markup of theirs in it", () => {
  const report = hostile(SAMPLE);
  const root = parse(junitReport(report));
  expect(all(root, "testcase")).toHaveLength(report.results.length + 1);
  expect(all(root, "script")).toEqual([]);
  const notes = all(root, "system-out").map((node) => node.text);
  expect(notes[0]).toContain("</script><script>alert(1)</script>");
  expect(notes[0]).toContain("nul \ufffd bell \ufffd");
});

test("no form of a secret is in it", () => {
  const text = junitReport(SAMPLE).toLowerCase();
  for (const form of SAMPLE_SECRET_FORMS) expect(text).not.toContain(form.toLowerCase());
});

test("names are the same for the same cases in another run", () => {
  const names = (report: Report) =>
    all(parse(junitReport(report)), "testcase").map(({ attributes }) => [
      attributes.classname,
      attributes.name,
    ]);
  const later = { ...SAMPLE, randomSeed: 7, startedAt: "2027-01-01T00:00:00.000Z" };
  expect(names(later)).toEqual(names(SAMPLE));
});
