// XML as PSKC needs it, into a small tree: namespaces resolved, each element with its place. No DTD
// is taken and no entity expanded but XML's own five and character numbers; size, depth, elements
// and texts are limited. Parsing itself is saxes.

import { SaxesParser } from "saxes";
import { Fault } from "./problems.ts";
import type { SourceText } from "./source.ts";

/** Deepest nesting taken. PSKC needs 9. */
export const MAX_XML_DEPTH = 32;
/** Longest text of one element, in characters. */
export const MAX_XML_TEXT: number = 64 * 1024;
/** Most elements of a document. */
const MAX_XML_ELEMENTS = 2_000_000;

/** An element. Attributes by local name; those of namespaces other than none are left out. */
export interface XmlElement {
  readonly uri: string;
  readonly local: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own character data, without that of its children. */
  readonly text: string;
  /** Of its "<". */
  readonly offset: number;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root element.
 *
 * @throws {Fault} with the place; says nothing of the content
 */
export function parseXml(source: SourceText): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  let startedAt = 0;
  const fail = (message: string): never => {
    throw new Fault(parser.position, "XML", message);
  };
  parser.on("error", (error) => fail(remedyOf(error.message)));
  parser.on("doctype", () => fail("has a DOCTYPE; remove it, PSKC needs none"));
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^utf-?8$|^us-ascii$/i.test(encoding)) {
      fail("declares an encoding other than UTF-8; save it as UTF-8");
    }
  });
  parser.on("opentagstart", () => {
    if (open.length >= MAX_XML_DEPTH) fail(`elements nest deeper than ${MAX_XML_DEPTH}`);
    if (++elements > MAX_XML_ELEMENTS) fail(`more than ${MAX_XML_ELEMENTS} elements; split it`);
    startedAt = source.text.lastIndexOf("<", parser.position - 1);
  });
  parser.on("opentag", ({ uri, local, attributes }) => {
    const own: Record<string, string> = Object.create(null);
    for (const each of Object.values(attributes)) if (each.uri === "") own[each.local] = each.value;
    const element = { uri, local, attributes: own, children: [], text: "", offset: startedAt };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element === undefined) return;
    element.text += text;
    if (element.text.length > MAX_XML_TEXT) {
      fail(`an element's text is longer than ${MAX_XML_TEXT} characters`);
    }
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(source.text);
  if (open.length > 0) fail(`the file is cut off: ${open.length} elements are not closed`);
  parser.close();
  return root ?? fail("holds no element");
}

/** What saxes says, without the names that it quotes, and with what to do about entities. */
function remedyOf(message: string): string {
  const plain = message.replace(/^\d+:\d+: /, "").replace(/[:.].*$/s, "");
  return /entity/.test(plain)
    ? `${plain}; only XML's own five entities are read, write the character itself`
    : `${plain}; ask for the file again, or mend it here`;
}
