import type { Kind, Magic } from "./kind.ts";
import { KINDS } from "./kind-table.ts";
import { BY_CONTENT, OTHER } from "./kind-ids.ts";

interface Row {
  readonly kind: number;
  readonly magic: Magic;
}

/** The rows of the table by the first byte of the file; patterns that do not start at offset 0 are under -1. */
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

/** The subkinds of each kind. */
const SUBKINDS: readonly (readonly number[])[] = KINDS.map(({ name }) =>
  KINDS.flatMap(({ subkindOf }, kind) => (subkindOf === name ? [kind] : [])),
);

/**
 * The kind of a file, given the kind that its name suggests and its first bytes (see `kindOfContent`).
 *
 * For an unambiguous ending this is `kind`, or a subkind that the first bytes prove. For an ambiguous ending
 * it is `kind` only if the first bytes agree; otherwise, and for BY_CONTENT, it is what the first bytes prove.
 */
export function confirmKind(kind: number, head: Uint8Array): number {
  if (kind === BY_CONTENT) return kindOfContent(head);
  const special = SUBKINDS[kind]?.find((each) => proves(each, head));
  if (special !== undefined) return special;
  if (!kindNeedsContent(kind) || proves(kind, head)) return kind;
  return kindOfContent(head);
}

/** Whether files that are not artifacts use this kind's endings too, so that the first bytes must confirm it. */
export function kindNeedsContent(kind: number): boolean {
  return kind < KINDS.length && KINDS[kind].ambiguous === true;
}

/** Whether a file with this kind's ending may be of a subkind, which only its first bytes tell. */
export function hasSubkinds(kind: number): boolean {
  return kind < KINDS.length && SUBKINDS[kind].length > 0;
}

/** The kind that a subkind belongs to; -1 for any other kind. */
export function parentKind(kind: number): number {
  return SUBKINDS.findIndex((subkinds) => subkinds.includes(kind));
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
