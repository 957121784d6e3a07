// What the system says of files, and what to do about it.

/** A report could not be written or read; `hint` says what to do, `cause` is the system's error. */
export class ReportFileError extends Error {
  override readonly name = "ReportFileError";
  readonly code: "not-writable" | "disk-full" | "not-found" | "not-readable" | "too-large";
  readonly hint: string;
  constructor(
    code: ReportFileError["code"],
    message: string,
    hint: string,
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** The error for people behind a failed write; one that is not about files stays as it is. */
export function writingError(error: unknown, directory: string): unknown {
  const message = `the reports cannot be written to ${directory}`;
  const options = { cause: error };
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new ReportFileError(
        "disk-full",
        `${message}: the disk is full`,
        "make room, or choose another folder; files written before are whole",
        options,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ReportFileError(
        "not-writable",
        `${message}: no permission`,
        "choose a folder that you may write to",
        options,
      );
    case "EEXIST":
    case "ENOTDIR":
    case "EISDIR":
      return new ReportFileError(
        "not-writable",
        `${message}: something else is in the way (${pathOf(error)})`,
        "choose another folder, or move what is there",
        options,
      );
    case "ENAMETOOLONG":
    case "ENOENT":
    case "EIO":
    case "EMFILE":
      return new ReportFileError(
        "not-writable",
        `${message}: ${error instanceof Error ? error.message : String(error)}`,
        "choose another folder",
        options,
      );
    default:
      return error;
  }
}

/** The error for people behind a failed read; one that is not about files stays as it is. */
export function readingError(error: unknown, file: string): unknown {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new ReportFileError(
        "not-found",
        `there is no report at ${file}`,
        "name a report.json, or a folder that holds one",
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
    case "EISDIR":
    case "EIO":
      return new ReportFileError(
        "not-readable",
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        "look at its permissions",
        { cause: error },
      );
    default:
      return error;
  }
}

/** The code of a system error; empty when it is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function pathOf(error: unknown): string {
  return error instanceof Error && "path" in error ? String(error.path) : "";
}
