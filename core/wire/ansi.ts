// Terminal control sequences (ECMA-48 §5.4: ESC [ parameters, intermediates, final) and how to get
// rid of them: some tokens colour their answers and move the cursor.

/** Longest control sequence; a longer one is noise, and its end is taken for text again. */
const MAX_SEQUENCE_CHARACTERS = 64;

/** Lets text pass and swallows control sequences, one character at a time, across chunks. */
export class AnsiFilter {
  #state: "text" | "escape" | "sequence" = "text";
  #length = 0;

  /** `character` when it is text, nothing when it belongs to a control sequence. */
  pass(character: string): string {
    if (character === "\x1b") {
      this.#state = "escape";
      return "";
    }
    switch (this.#state) {
      case "text":
        return character;
      case "escape":
        this.#state = character === "[" ? "sequence" : "text";
        this.#length = 0;
        // ESC and one more character is a whole sequence; a line end is never part of one.
        return character < " " ? character : "";
      case "sequence":
        return this.#passInSequence(character);
    }
  }

  /** Forgets a sequence under way. */
  reset(): void {
    this.#state = "text";
  }

  #passInSequence(character: string): string {
    this.#length++;
    const goesOn = character >= " " && character <= "?";
    if (goesOn && this.#length <= MAX_SEQUENCE_CHARACTERS) return "";
    this.#state = "text";
    const final = character >= "@" && character <= "~";
    return final ? "" : character;
  }
}

/** `text` without control sequences. */
export function stripAnsi(text: string): string {
  const filter = new AnsiFilter();
  let plain = "";
  for (let at = 0; at < text.length; at++) plain += filter.pass(text.charAt(at));
  return plain;
}
