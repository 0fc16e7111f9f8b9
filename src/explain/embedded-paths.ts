import { latin1 } from "../formats/byte-source.ts";
import type { Piece } from "../formats/compare-bytes.ts";
import { MAX_NAME } from "../formats/ranges.ts";

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
