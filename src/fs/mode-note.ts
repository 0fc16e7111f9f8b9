import type { BytePath } from "../core/byte-path.ts";
import { isErrno } from "../core/result.ts";
import { type Attribute, native } from "../native/native.ts";

/**
 * The extended attribute in which a file that was made read-only keeps the mode that it had: octal, as
 * chmod takes it. It goes with the file through `cp -a`, `tar --xattrs` and `rsync -X`.
 */
export const MODE_NOTE = "user.dedupe.mode";

export const WRITE_BITS = 0o222;
const OWNER_WRITE = 0o200;
const ALL_BITS = 0o7777;

/** The mode that a read-only file had before it was protected, or undefined: it bears no note. */
export function notedMode(file: BytePath | number, mode: number): number | undefined {
  if ((mode & WRITE_BITS) !== 0) return undefined;
  const attributes = native()?.attributes(file) ?? [];
  return isErrno(attributes) ? undefined : modeInNote(attributes, mode);
}

/** `notedMode` of attributes that were read before. */
function modeInNote(attributes: readonly Attribute[], mode: number): number | undefined {
  const note = attributes.find(({ name }) => name === MODE_NOTE)?.value.toString("latin1");
  if (note === undefined || !/^[0-7]{1,4}$/.test(note)) return undefined;
  // Only write bits are taken from it: whoever changed the others since meant it.
  return mode | (Number.parseInt(note, 8) & WRITE_BITS);
}

/** Writes the note, while the file can still be written to. */
export function noteMode(fd: number, mode: number): void {
  native()?.setAttribute(
    fd,
    MODE_NOTE,
    Buffer.from((mode & ALL_BITS).toString(8).padStart(4, "0")),
  );
}

export function forgetMode(fd: number): void {
  native()?.removeAttribute(fd, MODE_NOTE);
}

/**
 * Whether files in this directory could bear a note. Asked by taking an attribute away that nobody has:
 * that changes nothing, and a file system without attributes says that it has none.
 */
export function keepsNotes(dir: BytePath): boolean {
  const calls = native();
  if (calls === undefined) return false;
  const answer = calls.removeAttribute(dir, "user.dedupe.probe");
  return !(isErrno(answer) && (answer.code === "ENOTSUP" || answer.code === "EOPNOTSUPP"));
}

/**
 * What a read-only file without a note gets back: nothing where it would bear a note, as it was read-only
 * before; the owner's write bit where notes cannot be kept.
 */
export function modeWithoutNote(mode: number, canBearNotes: boolean): number {
  return canBearNotes ? mode : mode | OWNER_WRITE;
}
