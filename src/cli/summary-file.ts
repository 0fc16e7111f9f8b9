import { dirOf, fromText } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { printable } from "../render/printable.ts";

/**
 * Checks before any work that the file of `--summary` can be written.
 *
 * @throws DedupeError that names the option.
 */
export function checkSummaryFile(file: string | undefined): void {
  if (file === undefined) return;
  const fail = (why: string): never => {
    throw new DedupeError("bad-option", `--summary ${file === "" ? "''" : file}: ${why}`);
  };
  const path = fromText(file);
  // A file that does not exist yet is not created here: the run may be refused.
  if (isErrno(tryErrno(() => disk.lstat(path)))) {
    const dir = tryErrno(() => disk.stat(dirOf(path)));
    if (file === "") fail("the name is empty");
    if (isErrno(dir))
      fail(dir.code === "ENOENT" ? "its directory does not exist" : describeErrno(dir.code));
    else if (!dir.isDirectory()) fail("its directory does not exist");
    return;
  }
  const opened = tryErrno(() => disk.append(file, ""));
  if (isErrno(opened)) fail(describeErrno(opened.code));
}

/**
 * Appends a summary to the file of `--summary`, if that is given.
 *
 * @returns The message for standard error if that failed.
 */
export function appendSummary(file: string | undefined, render: () => string): string | undefined {
  if (file === undefined) return undefined;
  const written = tryErrno(() => disk.append(file, render()));
  if (!isErrno(written)) return undefined;
  return `dedupe: --summary ${printable(fromText(file))}: ${describeErrno(written.code)}`;
}
