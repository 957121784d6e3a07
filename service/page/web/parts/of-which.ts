// Names of buttons that stand in a list: what is on them, and which row is meant.

/**
 * What screen readers call a button of a row. It begins with the words on it, so that people who
 * speak to their computer can name it by what they see.
 */
export function ofWhich(words: string, row: string): string {
  return `${words}: ${row}`;
}
