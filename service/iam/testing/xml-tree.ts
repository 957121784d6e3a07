// Answers read back with an XML parser that is not ours.

import { SaxesParser } from "saxes";

/** An element. */
export interface XmlNode {
  readonly name: string;
  readonly namespace: string | null;
  readonly children: XmlNode[];
  text: string;
}

/** The root element. @throws when it is not well-formed */
export function parseXml(xml: string): XmlNode {
  const parser = new SaxesParser();
  const root: XmlNode = { name: "", namespace: null, children: [], text: "" };
  const open: XmlNode[] = [root];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const node = { name, namespace: attributes.xmlns ?? null, children: [], text: "" };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("text", (text) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += text;
  });
  parser.on("closetag", () => open.pop());
  parser.write(xml).close();
  const [first] = root.children;
  if (first === undefined) throw new Error("no element");
  return first;
}

/** All elements at a path of names below `node`. */
export function nodesAt(node: XmlNode, path: string): readonly XmlNode[] {
  let found: readonly XmlNode[] = [node];
  for (const name of path.split("/")) {
    found = found.flatMap(({ children }) => children.filter((child) => child.name === name));
  }
  return found;
}

/** The text of the first element at a path; undefined when there is none. */
export function textAt(node: XmlNode, path: string): string | undefined {
  return nodesAt(node, path)[0]?.text;
}
