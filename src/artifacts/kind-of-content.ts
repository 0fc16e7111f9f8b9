import type { Kind, Magic } from "./kind.ts";
import { KINDS } from "./kind-table.ts";
import { BY_CONTENT, OTHER } from "./kind-ids.ts";

interface Row {
  readonly kind: number;
  readonly magic: Magic;
}

/** The rows of the table by the first byte of the file; those that look further in stand under -1. */
const BY_FIRST_BYTE = indexRows(KINDS);

/** The kind that the first bytes of a file prove (up to 4096, may be fewer), or OTHER. */
export function kindOfContent(head: Uint8Array): number {
  if (head.length === 0) return OTHER;
  for (const key of [head[0], -1]) {
    for (const row of BY_FIRST_BYTE.get(key) ?? []) {
      if (row.magic.withName !== true && matches(row.magic, head)) return row.kind;
    }
  }
  return OTHER;
}

/** By a kind that names tell: the kinds that only the first bytes tell from it. */
const SUBKINDS: readonly (readonly number[])[] = KINDS.map(({ name }) =>
  KINDS.flatMap(({ subkindOf }, kind) => (subkindOf === name ? [kind] : [])),
);

/**
 * What a file is whose name says `kind`. BY_CONTENT: what the first bytes prove. Unambiguous endings are
 * believed, unless the first bytes prove a kind that has no ending of its own; an ambiguous one is `kind` where the first bytes agree, another kind where they prove one,
 * else OTHER.
 */
export function confirmKind(kind: number, head: Uint8Array): number {
  if (kind === BY_CONTENT) return kindOfContent(head);
  const special = SUBKINDS[kind]?.find((each) => proves(each, head));
  if (special !== undefined) return special;
  if (!kindNeedsContent(kind) || proves(kind, head)) return kind;
  return kindOfContent(head);
}

/** Whether the ending of this kind is also used by files that are no artifacts, so that the first bytes must confirm it. */
export function kindNeedsContent(kind: number): boolean {
  return kind < KINDS.length && KINDS[kind].ambiguous === true;
}

/** Whether files that are called like this kind may be of another one that has no ending of its own. */
export function hasSubkinds(kind: number): boolean {
  return kind < KINDS.length && SUBKINDS[kind].length > 0;
}

/** The kind whose files are called like those of this one, which has no endings; -1 where it has some. */
export function parentKind(kind: number): number {
  return SUBKINDS.findIndex((others) => others.includes(kind));
}

function proves(kind: number, head: Uint8Array): boolean {
  return KINDS[kind].magic.some((row) => matches(row, head));
}

function matches(magic: Magic, head: Uint8Array): boolean {
  const { offset, bytes, check } = magic;
  if (head.length < offset + bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (head[offset + i] !== bytes[i]) return false;
  return check === undefined || check(head);
}

function indexRows(kinds: readonly Kind[]): Map<number, Row[]> {
  const rows = new Map<number, Row[]>();
  kinds.forEach(({ magic: patterns }, kind) => {
    for (const magic of patterns) {
      const key = magic.offset === 0 && magic.bytes.length > 0 ? magic.bytes[0] : -1;
      const list = rows.get(key);
      if (list) list.push({ kind, magic });
      else rows.set(key, [{ kind, magic }]);
    }
  });
  return rows;
}
