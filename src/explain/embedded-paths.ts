import { latin1 } from "../formats/byte-source.ts";
import type { Piece } from "../formats/compare-bytes.ts";
import { MAX_NAME } from "../formats/ranges.ts";

/** Larger code objects are not searched for paths, in bytes. */
const MAX_CODE = 16 * 1024 * 1024;
/** A short string of ASCII characters: its type, with or without the mark of an object that is used again, and its length. */
const SHORT_STRING = /[Zz\xda\xfa]([^\0-\x03])/g;
const WINDOW = 32 * 1024;
/** How far debug information is searched for paths, in bytes. */
const MAX_SEARCH = 4 * 1024 * 1024;

/**
 * Whether two pieces are lists of strings, ended by zeros, that differ only in paths to files of the same name, such
 * as `__FILE__`.
 */
export function differOnlyInPaths(a: Piece, b: Piece): boolean {
  const others = strings(b);
  for (const text of strings(a)) {
    const other = others.next().value;
    if (text !== other && !isSameFile(text, other)) return false;
  }
  return others.next().done === true;
}

/**
 * Whether the strings that only one of two tables has are absolute paths, whatever the order of the tables. Looks at
 * their beginnings only.
 */
export function differInAbsolutePaths(a: Piece, b: Piece): boolean {
  const onlyA = new Set(strings(beginningOf(a)));
  const onlyB = new Set<string>();
  const common = new Set<string>();
  for (const text of strings(beginningOf(b))) {
    if (onlyA.delete(text)) common.add(text);
    else if (!common.has(text)) onlyB.add(text);
  }
  return onlyA.size > 0 && onlyB.size > 0 && [...onlyA, ...onlyB].every(isAbsolute);
}

/**
 * Whether two marshalled code objects of Python differ only in the path of their source, which Python stores once.
 * Source: `Python/marshal.c` of CPython.
 */
export function differOnlyInSourcePath(a: Piece, b: Piece): boolean {
  if (a.length > MAX_CODE || b.length > MAX_CODE) return false;
  const [left, right] = [a, b].map(({ file, offset, length }) => latin1(file.read(offset, length)));
  const [path, other] = [sourcePathIn(left), sourcePathIn(right)];
  if (path === undefined || other === undefined) return false;
  return left.split(path).join("\0") === right.split(other).join("\0");
}

/** The first string that is the path of a source, with its type and length. */
function sourcePathIn(code: string): string | undefined {
  for (const { index, 1: length } of code.matchAll(SHORT_STRING)) {
    const text = code.slice(index + 2, index + 2 + length.charCodeAt(0));
    if (/^[^\0-\x1f]*[\\/][^\0-\x1f]*\.py$/.test(text))
      return code.slice(index, index + 2 + text.length);
  }
  return undefined;
}

function beginningOf(piece: Piece): Piece {
  return { ...piece, length: Math.min(piece.length, MAX_SEARCH) };
}

function isAbsolute(text: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(text);
}

function isSameFile(text: string, other: string | undefined): boolean {
  if (other === undefined || text.length > MAX_NAME || other.length > MAX_NAME) return false;
  const nameOf = (path: string): string | undefined => /[\\/]([^\\/]+)$/.exec(path)?.[1];
  const name = nameOf(text);
  return name !== undefined && name === nameOf(other);
}

/** The strings that are not empty. One that is longer than 4 KiB comes in several parts, of which the first is longer. */
function* strings({ file, offset, length }: Piece): Generator<string, undefined> {
  let rest = "";
  for (let at = 0; at < length; at += WINDOW) {
    const bytes = file.read(offset + at, Math.min(WINDOW, length - at));
    const parts = (rest + latin1(bytes)).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") yield part;
    if (rest.length > MAX_NAME) {
      yield rest;
      rest = "";
    }
  }
  if (rest !== "") yield rest;
  return undefined;
}
