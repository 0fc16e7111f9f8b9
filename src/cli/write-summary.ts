import { describeErrno } from "../core/errno-messages.ts";
import { errnoOf } from "../core/errors.ts";
import { disk } from "../fs/disk.ts";

/** Appends to the summary file; why not, in words, where that fails: the work that it tells of is done all the same. */
export function writeSummary(file: string, markdown: string): string | undefined {
  try {
    disk.append(file, markdown);
    return undefined;
  } catch (error) {
    return `--summary ${file}: ${describeErrno(errnoOf(error))}`;
  }
}
