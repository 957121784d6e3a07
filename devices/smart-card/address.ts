// Addresses of the smart-card driver: the reader's name, as PC/SC gives it. `?shared` behind it
// lets other programs use the card at the same time.

const SHARED = "?shared";

/** A reader, and how to connect to its card. */
export interface ReaderAddress {
  readonly reader: string;
  /** Default false: nobody else gets between select and answer. */
  readonly isShared: boolean;
}

/** Reads an address. Every text is one: reader names are free. */
export function parseReaderAddress(text: string): ReaderAddress {
  const isShared = text.endsWith(SHARED);
  return { reader: isShared ? text.slice(0, -SHARED.length) : text, isShared };
}

/** Writes an address. */
export function formatReaderAddress({ reader, isShared }: ReaderAddress): string {
  return isShared ? `${reader}${SHARED}` : reader;
}
