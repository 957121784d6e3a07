// What people type and paste as a code.

/** A code has six digits. */
export const CODE_LENGTH = 6;

/**
 * The code in `text`: full-width digits (Japanese input methods) become plain ones, spaces and
 * hyphens go. Whatever else stays, so that the service can refuse it and nobody wonders where a
 * letter went.
 */
export function codeTyped(text: string): string {
  return text.normalize("NFKC").replace(/[\s\u2010-\u2015-]/g, "");
}

/** Whether it could be a code. */
export function isCode(text: string): boolean {
  return /^[0-9]{6}$/.test(text);
}
