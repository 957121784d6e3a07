// The last net under secrets: whatever a report prints passes through here. Decoders and logs
// replace secrets themselves; this one knows the secrets of the case and finds them in any form.

import { encodeBase32 } from "../../core/oath/base32.ts";
import { describeSecret } from "../../core/oath/secret.ts";

/** Shorter secrets (cases about key lengths) would be found in half of all texts. */
const SHORTEST_IN_TEXT = 8;
/** Beyond so many secrets in one case, what decoders and logs replace has to do. */
const MOST_SECRETS = 256;

/** Replaces the secrets it was told of by length and fingerprint. */
export class Redactor {
  readonly #secrets = new Map<string, string>();
  readonly #forms = new Map<string, string>();

  /** From now on `secret` is not printed. */
  hide(secret: Uint8Array): void {
    const hex = Buffer.from(secret).toString("hex");
    if (this.#secrets.has(hex) || this.#secrets.size >= MOST_SECRETS) return;
    const description = `[secret: ${describeSecret(secret)}]`;
    this.#secrets.set(hex, description);
    if (secret.length < SHORTEST_IN_TEXT) return;
    const base32 = encodeBase32(secret).replaceAll("=", "");
    for (const form of [hex, hex.toUpperCase(), base32, base32.toLowerCase()]) {
      this.#forms.set(form, description);
    }
    const text = Buffer.from(secret).toString("latin1");
    if (/^[\x20-\x7e]+$/.test(text)) this.#forms.set(text, description);
  }

  /** How to print `bytes` when they are a secret; undefined when they are none. */
  describe(bytes: Uint8Array): string | undefined {
    return this.#secrets.get(Buffer.from(bytes).toString("hex"));
  }

  /** `text` without the secrets, whether as hex, Base32 or plain text. */
  clean(text: string): string {
    let clean = text;
    for (const [form, description] of this.#forms) clean = clean.replaceAll(form, description);
    return clean;
  }
}
