import type { BytePath } from "../core/byte-path.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import { type Attribute, native } from "../native/native.ts";

export type { Attribute };

/**
 * The extended attribute that keeps the mode of a file that was made read-only: octal, as chmod(1) accepts it. `cp -a`,
 * `tar --xattrs` and `rsync -X` copy it with the file.
 */
export const ORIGINAL_MODE = "user.dedupe.mode";

/**
 * The attributes that do not distinguish files: evm depends on the inode number, so no two files have the same (evmctl(1));
 * ima is a hash of the content.
 */
const NEVER_COMPARED = new Set(["security.evm", "security.ima", ORIGINAL_MODE]);
const SETUID_OR_SETGID = 0o6000;
const NO_NATIVE: Errno = errno("ENOSYS");

/** The extended attributes of a file, sorted by name; ENOSYS without the native calls. */
export function readAttributes(file: BytePath | number): Result<Attribute[]> {
  return native()?.attributes(file) ?? NO_NATIVE;
}

/** Sets an extended attribute; ENOSYS without the native calls. */
export function setAttribute(fd: number, name: string, value: Uint8Array): Result {
  const calls = native();
  return calls === undefined ? NO_NATIVE : calls.setAttribute(fd, name, value);
}

/** Removes an extended attribute; ENODATA if it does not exist, ENOSYS without the native calls. */
export function removeAttribute(file: BytePath | number, name: string): Result {
  const calls = native();
  return calls === undefined ? NO_NATIVE : calls.removeAttribute(file, name);
}

/**
 * A text that is equal for files whose extended attributes permit replacing one by the other: those that decide, beside
 * mode and owner, who may do what with a file (access control lists, capabilities, security labels).
 *
 * @param file A path or a descriptor.
 * @param every Whether all extended attributes must agree.
 * @returns "" if the file has no such attribute. Attributes that cannot be read never agree with those of another
 *   file. Without the native calls, none can be read: then the same applies to setuid and setgid files, and "" is
 *   returned for all others.
 */
export function attributesOf(
  file: BytePath | number,
  mode: number,
  inode: bigint,
  every: boolean,
): string {
  const calls = native();
  if (calls === undefined) return (mode & SETUID_OR_SETGID) === 0 ? "" : `unknown ${inode}`;
  if (calls.attributeListLength(file) === 0) return "";
  const attributes = calls.attributes(file);
  if (isErrno(attributes)) return `unknown ${inode}`;
  return toText(attributes.filter(({ name }) => every || /^(security|system)\./.test(name)));
}

/**
 * Whether two open files have the same extended attributes; false if they cannot be read. Without the native calls:
 * whether they are neither setuid nor setgid.
 */
export function sameAttributes(one: number, other: number, mode: number): boolean {
  const calls = native();
  if (calls === undefined) return (mode & SETUID_OR_SETGID) === 0;
  const [a, b] = [calls.attributes(one), calls.attributes(other)];
  return !isErrno(a) && !isErrno(b) && toText(a) === toText(b);
}

function toText(attributes: readonly Attribute[]): string {
  return attributes
    .filter(({ name }) => !NEVER_COMPARED.has(name))
    .map(({ name, value }) => `${name}=${value.toString("latin1")}`)
    .join("\n");
}
