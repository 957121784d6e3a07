// The folder of --report: made before the work whose report it gets, not after hours of it.

import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "../usage-error.ts";

/** Makes it where it is not there. @throws {UsageError} when nothing can be written into it */
export async function makeReportFolder(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    // Where a file system makes no folders, Node tries a recursive one for ever: first its parent.
    const parent = await stat(dirname(path)).catch(() => undefined);
    await mkdir(path, { recursive: parent === undefined }).catch(async (error: unknown) => {
      if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) throw error;
    });
    await access(path, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--report ${path} cannot be written: ${why}`, "name another folder");
  }
}
