// The command that repeats one case.

import type { ReportSubject } from "../report.ts";

/** One case on one subject. */
export interface RepeatedCase {
  readonly id: string;
  readonly subject: ReportSubject;
  readonly randomSeed: number;
  readonly strict: boolean;
}

/**
 * `oathbed conformance --device virtual --only rfc6238/5.2/replayed-code --random-seed 7`; for a
 * target `oathbed conformance verifier --target …`. Words that a POSIX shell would take apart are
 * quoted.
 */
export function repeatCommand({ id, subject, randomSeed, strict }: RepeatedCase): string {
  const [token, target] = subject.name.split(" + ");
  const on: Record<ReportSubject["kind"], readonly string[]> = {
    token: ["--device", subject.name],
    verifier: ["verifier", "--target", subject.name],
    pair: ["--device", token ?? "", "--target", target ?? ""],
  };
  const words = [
    "oathbed",
    "conformance",
    ...on[subject.kind],
    "--only",
    id,
    "--random-seed",
    String(randomSeed),
    ...(strict ? ["--strict"] : []),
  ];
  return words.map(shellWord).join(" ");
}

/** `word` as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
