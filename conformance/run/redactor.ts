// The last net under secrets: whatever a report prints passes through here. Decoders and logs
// replace secrets themselves; this one knows the secrets of the case and finds them in any form.

import { encodeBase32 } from "../../core/oath/base32.ts";
import { describeSecret } from "../../core/oath/secret.ts";
import { oneLine } from "./printing.ts";

/** Shorter secrets (cases about key lengths) would be found in half of all texts. */
const SHORTEST_IN_TEXT = 8;
/** So many characters of a secret in a row are not printed: a part of one is found by them. */
const FRAGMENT_CHARACTERS = 12;
/** Set between texts that follow each other; no character, and so in none of them. */
const SEAM = "\uffff";
/** What loggers set between bytes and groups of characters. */
const SEPARATOR = /[\s:\uffff-]/;
/** Beyond so many secrets in one case, what decoders and logs replace has to do. */
const MOST_SECRETS = 256;

/** Replaces the secrets it was told of by length and fingerprint. */
export class Redactor {
  readonly #secrets = new Map<string, string>();
  /** Whole forms too short to have fragments. */
  readonly #shortForms = new Map<string, string>();
  /** Each run of FRAGMENT_CHARACTERS in a longer form, in lower case. */
  readonly #fragments = new Map<string, string>();

  /** From now on `secret` is not printed. */
  hide(secret: Uint8Array): void {
    const bytes = Buffer.from(secret);
    const hex = bytes.toString("hex");
    if (this.#secrets.has(hex) || this.#secrets.size >= MOST_SECRETS) return;
    const description = `[secret: ${describeSecret(secret)}]`;
    this.#secrets.set(hex, description);
    if (secret.length < SHORTEST_IN_TEXT) return;
    const base32 = encodeBase32(secret).replaceAll("=", "");
    const base64 = bytes.toString("base64").replaceAll("=", "");
    const text = bytes.toString("latin1");
    for (const form of [hex, base32, base64, bytes.toString("base64url"), text, oneLine(text)])
      this.#hideForm(form, description);
  }

  /** How to print `bytes` when they are a secret; undefined when they are none. */
  describe(bytes: Uint8Array): string | undefined {
    return this.#secrets.get(Buffer.from(bytes).toString("hex"));
  }

  /**
   * `text` without the secrets and without parts of them: hex, Base32, Base64 or plain text, in
   * any case, with or without spaces, colons and hyphens between the characters.
   */
  clean(text: string): string {
    return this.cleanLines([text])[0] ?? "";
  }

  /** Texts that follow each other, cleaned; a secret that is split over them is found too. */
  cleanLines(texts: readonly string[]): readonly string[] {
    if (this.#secrets.size === 0 || texts.length === 0) return texts;
    const seamless = texts.map((text) => text.replaceAll(SEAM, "\ufffd"));
    return this.#withoutFragments(this.#withoutShortForms(seamless.join(SEAM))).split(SEAM);
  }

  #hideForm(form: string, description: string): void {
    const dense = condense(form).text;
    if (dense.length < FRAGMENT_CHARACTERS) {
      this.#shortForms.set(form, description);
      return;
    }
    for (let at = 0; at + FRAGMENT_CHARACTERS <= dense.length; at++) {
      this.#fragments.set(dense.slice(at, at + FRAGMENT_CHARACTERS), description);
    }
  }

  #withoutShortForms(text: string): string {
    let clean = text;
    for (const [form, description] of this.#shortForms) {
      clean = clean.replaceAll(form, description);
    }
    return clean;
  }

  #withoutFragments(text: string): string {
    if (this.#fragments.size === 0) return text;
    const { text: dense, places } = condense(text);
    let clean = "";
    let from = 0;
    for (let at = 0; at + FRAGMENT_CHARACTERS <= dense.length; at++) {
      const description = this.#fragmentAt(dense, at);
      if (description === undefined) continue;
      const start = places[at] ?? 0;
      while (this.#fragmentAt(dense, at + 1) !== undefined) at++;
      at += FRAGMENT_CHARACTERS - 1;
      const end = (places[at] ?? 0) + 1;
      const seams = text.slice(start, end).split(SEAM).length - 1;
      clean += text.slice(from, start) + description + `${SEAM}…`.repeat(seams);
      from = end;
    }
    return clean + text.slice(from);
  }

  #fragmentAt(dense: string, at: number): string | undefined {
    return this.#fragments.get(dense.slice(at, at + FRAGMENT_CHARACTERS));
  }
}

/** `text` in lower case without separators, and where each of its characters stood. */
function condense(text: string): { readonly text: string; readonly places: readonly number[] } {
  const places: number[] = [];
  let dense = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (SEPARATOR.test(character)) continue;
    const lower = character.toLowerCase();
    dense += lower.length === 1 ? lower : character;
    places.push(at);
  }
  return { text: dense, places };
}
