import type { BytePath } from "../core/byte-path.ts";
import { isErrno } from "../core/result.ts";
import { MODE_NOTE } from "./mode-note.ts";
import { native } from "../native/native.ts";

/** evm is bound to the inode number, so it differs between any two files (evmctl(1)); ima holds the content's hash; the last is our own. */
const NEVER_COMPARED = new Set(["security.evm", "security.ima", MODE_NOTE]);
const SETUID_OR_SETGID = 0o6000;

/**
 * What, beside mode and owner, decides who may do what with a file: its access lists, capabilities and
 * security labels; with `every`, all its extended attributes. Files with different answers must not
 * become one.
 *
 * @param file Its path, or its descriptor.
 * @returns "" where there is none of it. Where the native calls are missing nothing can be known: then
 *   setuid and setgid files get an answer of their own each, so that they are left alone.
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
  return attributes
    .filter(({ name }) => !NEVER_COMPARED.has(name) && (every || /^(security|system)\./.test(name)))
    .map(({ name, value }) => `${name}=${value.toString("latin1")}`)
    .join("\n");
}

/** Whether two open files carry the same extended attributes, all of them; without native calls as far as modes tell. */
export function sameAttributes(one: number, other: number, mode: number): boolean {
  const calls = native();
  if (calls === undefined) return (mode & SETUID_OR_SETGID) === 0;
  const [a, b] = [one, other].map((file) => {
    const attributes = calls.attributes(file);
    if (isErrno(attributes)) return attributes;
    return attributes
      .filter(({ name }) => !NEVER_COMPARED.has(name))
      .map(({ name, value }) => `${name}=${value.toString("latin1")}`)
      .join("\n");
  });
  return a === b;
}
