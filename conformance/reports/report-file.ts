// One report as one file, in the form asked for: html=FILE, json=FILE, junit=FILE.

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Report } from "../report.ts";
import { writingError } from "./file-errors.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { writeWhole } from "./write.ts";

/** A form of report and where it goes. */
export interface ReportFile {
  readonly form: keyof typeof FORMS;
  readonly path: string;
}

const FORMS: Readonly<Record<"html" | "json" | "junit", (report: Report) => string>> = {
  html: htmlReport,
  json: jsonReport,
  junit: junitReport,
};

/** Reads `junit=out/junit.xml`. @throws {RangeError} naming --write */
export function reportFilesOf(texts: readonly string[] = []): readonly ReportFile[] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    const [form, path] = [text.slice(0, at), text.slice(at + 1)];
    if (at > 0 && isForm(form) && path !== "") return { form, path };
    const shown = JSON.stringify(text.slice(0, 100));
    throw new RangeError(`--write: html=FILE, json=FILE or junit=FILE, got ${shown}`);
  });
}

/** Writes it whole or not at all. @throws {ReportFileError} not-writable, disk-full */
export async function writeReportFile(report: Report, { form, path }: ReportFile): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, FORMS[form](report));
  } catch (error) {
    throw writingError(error, path);
  }
}

function isForm(text: string): text is ReportFile["form"] {
  return Object.hasOwn(FORMS, text);
}
