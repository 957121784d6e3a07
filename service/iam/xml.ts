// The XML of answers (AWS Query protocol): elements only, no attributes but the namespace.

/** A finished piece of XML. Made by `element`, `list` and `text` only: those escape. */
export type Xml = string & { readonly __xml: never };

/** What an element may hold. Absent ones are left out by `elements`. */
export type XmlContent = string | number | boolean | Xml;

/** Characters that XML 1.0 has no place for, even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#xD;",
};

/** Text as XML. Half surrogates and characters without a place become U+FFFD. */
export function text(value: string | number | boolean): Xml {
  const plain = String(value).toWellFormed().replace(NO_XML, "\ufffd");
  return plain.replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? "") as Xml;
}

/** One element of text. @param name a name of the protocol, never one from outside */
export function leaf(name: string, value: string | number | boolean): Xml {
  return `<${name}>${text(value)}</${name}>` as Xml;
}

/** An element of these children; `<X/>` when there are none. Undefined ones are left out. */
export function element(name: string, ...children: readonly (Xml | undefined)[]): Xml {
  const content = children.filter((child) => child !== undefined).join("");
  return (content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`) as Xml;
}

/** `<X><member>…</member></X>`; an empty list is `<X/>`. */
export function list(name: string, members: readonly Xml[]): Xml {
  return element(name, ...members.map((member) => element("member", member)));
}

/** Pieces one after the other. */
export function join(...pieces: readonly (Xml | undefined)[]): Xml {
  return pieces.filter((piece) => piece !== undefined).join("") as Xml;
}

/** The answer of an action that worked. @param result null for an action without output */
export function responseXml(
  action: string,
  namespace: string,
  requestId: string,
  result: Xml | null,
): string {
  const body = result === null ? "" : `<${action}Result>${result}</${action}Result>`;
  const metadata = element("ResponseMetadata", leaf("RequestId", requestId));
  return `<${action}Response xmlns="${namespace}">${body}${metadata}</${action}Response>`;
}

/** The answer of one that did not. */
export function errorXml(
  namespace: string,
  requestId: string,
  error: { readonly code: string; readonly status: number; readonly message: string },
): string {
  const type = leaf("Type", error.status < 500 ? "Sender" : "Receiver");
  const body = element("Error", type, leaf("Code", error.code), leaf("Message", error.message));
  const id = leaf("RequestId", requestId);
  return `<ErrorResponse xmlns="${namespace}">${body}${id}</ErrorResponse>`;
}
