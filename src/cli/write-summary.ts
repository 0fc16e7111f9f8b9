import { describeErrno } from "../core/errno-messages.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** Appends to the summary file; why not, in words, where that fails: the work that it tells of is done all the same. */
export function writeSummary(file: string, markdown: string): string | undefined {
  const done = tryErrno(() => disk.append(file, markdown));
  return isErrno(done) ? `--summary ${file}: ${describeErrno(done.code)}` : undefined;
}
