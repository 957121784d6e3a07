// XML 1.0 text: elements with attributes, indented, every character one that XML allows.

/** An element: its attributes in the order given, and its children or its text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly children?: readonly XmlElement[];
  /** Text instead of children. */
  readonly text?: string;
}

/** A whole document. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, "")}`;
}

/**
 * `text` for element contents and quoted attributes. What XML cannot hold (control characters,
 * lone surrogates, U+FFFE, U+FFFF) becomes U+FFFD; line ends and tabs become references, so that
 * attributes keep them.
 */
export function escapeXml(text: string): string {
  return keepLegal(text).replace(/[&<>"'\t\n\r]/g, (character) => REFERENCES[character] ?? "");
}

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

function keepLegal(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "\ufffd");
}

/** Text of several lines, its line ends kept as they are for people who read the file. */
function contents(text: string): string {
  return text.split("\n").map(escapeXml).join("\n");
}

function element(
  { name, attributes = {}, children = [], text }: XmlElement,
  indent: string,
): string {
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join("");
  if (text !== undefined) return `${indent}<${name}${head}>${contents(text)}</${name}>\n`;
  if (children.length === 0) return `${indent}<${name}${head}/>\n`;
  const inner = children.map((child) => element(child, `${indent}  `)).join("");
  return `${indent}<${name}${head}>\n${inner}${indent}</${name}>\n`;
}
