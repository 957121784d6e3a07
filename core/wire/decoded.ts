// What decoders for wire logs make of a frame: its name and its fields, secrets already replaced
// by length and fingerprint. Nothing a decoder did not recognize is shown but by its length.

import { describeSecret } from "../oath/secret.ts";
import { hexOf } from "./bytes.ts";

/** Which way a frame went. */
export type WireDirection = "to-token" | "from-token";

/** A field as people read it. */
export interface DecodedField {
  readonly name: string;
  readonly text: string;
}

/** A frame as people read it. */
export interface DecodedFrame {
  readonly name: string;
  readonly fields: readonly DecodedField[];
}

/** Longest text of one field, characters. */
const MAX_FIELD_CHARACTERS = 200;
/** Longest line, characters. */
const MAX_LINE_CHARACTERS = 1000;

/** A field; control characters in `text` are escaped, long ones cut. */
export function field(name: string, text: string | number): DecodedField {
  const shown = String(text).replace(/[^\x20-\x7e…×]/g, escapeCharacter);
  const cut = shown.length - MAX_FIELD_CHARACTERS;
  const kept = cut > 0 ? `${shown.slice(0, MAX_FIELD_CHARACTERS)}… (${cut} more)` : shown;
  return { name, text: kept };
}

/** A field of bytes that are no secret. */
export function hexField(name: string, bytes: Uint8Array): DecodedField {
  return field(name, hexOf(bytes));
}

/** A field of bytes that are a secret or an access key: length and fingerprint. */
export function secretField(name: string, bytes: Uint8Array): DecodedField {
  return field(name, `<${describeSecret(bytes)}>`);
}

/**
 * A field of bytes that may hold a part of a secret, a PIN or a password: length alone, because a
 * fingerprint of few or guessable bytes tells them.
 */
export function hiddenField(name: string, bytes: Uint8Array): DecodedField {
  return field(name, `<${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"}>`);
}

/** A field of text that came as UTF-8 bytes. */
export function nameField(name: string, bytes: Uint8Array): DecodedField {
  return field(name, JSON.stringify(Buffer.from(bytes).toString("utf8")));
}

/** Describes the frame inside another one. */
export type InnerDecoder = (direction: WireDirection, bytes: Uint8Array) => DecodedFrame;

/** A field that is a frame of another protocol. */
export function innerField(name: string, frame: DecodedFrame): DecodedField {
  return { name, text: `[${formatDecoded(frame)}]` };
}

/** `NAME field=text field=text`, one line. */
export function formatDecoded({ name, fields }: DecodedFrame): string {
  const line = [name, ...fields.map((each) => `${each.name}=${each.text}`)].join(" ");
  const cut = line.length - MAX_LINE_CHARACTERS;
  return cut > 0 ? `${line.slice(0, MAX_LINE_CHARACTERS)}… (${cut} more characters)` : line;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
