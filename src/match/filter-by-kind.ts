import {
  BY_CONTENT,
  OTHER,
  confirmKind,
  hasSubkinds,
  kindNeedsContent,
} from "../artifacts/kinds.ts";
import type { BlockTools, ContentClass } from "./content-class.ts";

/** Which kinds take part. */
export interface KindChoice {
  /** Files that are no artifacts take part, too. */
  readonly all: boolean;
  /** Only these kinds; undefined: any. */
  readonly kinds: readonly number[] | undefined;
}

/**
 * Removes from a class the files whose names do not determine their kind and whose first bytes show that they
 * are no artifacts, or not of a kind that takes part.
 *
 * @param kindByName By row.
 * @returns The kinds that the content revealed.
 */
export function filterByKind(
  { reader }: BlockTools,
  found: ContentClass,
  length: number,
  kindByName: Uint8Array,
  { all, kinds }: KindChoice,
): [file: number, kind: number][] {
  const learned: [number, number][] = [];
  const { members } = found;
  if (!members.some(dependsOnContent)) return learned;
  const head = headOf(found.block);
  // Equal files whose names say the same are of one kind, which is determined once.
  let lastName = -1;
  let lastKind = OTHER;
  let kept = 0;
  for (const member of members) {
    if (isSelected(member)) members[kept++] = member;
    else reader.release(member);
  }
  members.length = kept;
  return learned;

  function isSelected(member: number): boolean {
    if (!dependsOnContent(member)) return true;
    const byName = kindByName[member];
    if (byName !== lastName) {
      lastName = byName;
      lastKind = head === undefined ? unread(byName) : confirmKind(byName, head);
    }
    if (lastKind === OTHER && !all) return false;
    if (kinds !== undefined && !kinds.includes(lastKind)) return false;
    if (lastKind !== byName || kindNeedsContent(byName)) learned.push([member, lastKind]);
    return true;
  }

  /** Whether the first bytes decide the kind. */
  function dependsOnContent(member: number): boolean {
    const kind = kindByName[member];
    return kind === BY_CONTENT || kindNeedsContent(kind) || hasSubkinds(kind);
  }

  /** The first bytes; undefined if they can no longer be read. */
  function headOf(block: Buffer | undefined): Uint8Array | undefined {
    if (block !== undefined) return block.subarray(0, length);
    const again = Buffer.allocUnsafe(length);
    return reader.read(members[0], again, length, 0) ? again : undefined;
  }
}

/** The kind of a file that cannot be read: by its ending, if that is nearly always right. */
function unread(byName: number): number {
  return hasSubkinds(byName) ? byName : OTHER;
}
