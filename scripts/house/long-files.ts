// Files of more than 300 lines that were looked at twice, and why they stay whole.

/** Path and reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {};
