import {
  BY_CONTENT,
  OTHER,
  confirmKind,
  hasSubkinds,
  kindNeedsContent,
} from "../artifacts/kinds.ts";
import type { BlockTools, ContentClass } from "./split-by-block.ts";

/** Which kinds are taken. */
export interface KindChoice {
  /** Files whose content is no artifact's are taken too. */
  readonly all: boolean;
  /** Kinds to take; undefined: any. */
  readonly kinds: readonly number[] | undefined;
}

/**
 * Takes out the files whose names did not tell their kind, or not for certain, and whose first bytes show
 * them to be no artifact, or not of a kind that was asked for.
 *
 * @param part Of two members or more.
 * @param kindByName Of every file.
 * @returns The kinds that the content told.
 */
export function filterByKind(
  { reader }: BlockTools,
  part: ContentClass,
  length: number,
  kindByName: Uint8Array,
  { all, kinds }: KindChoice,
): [file: number, kind: number][] {
  const told: [number, number][] = [];
  if (!part.members.some(isOpen)) return told;
  const head = headOf(part);
  // Equal files with names of one kind are of one kind: it is looked up once.
  let lastName = -1;
  let lastKind = OTHER;
  const kept = part.members.filter((member) => {
    if (!isOpen(member)) return true;
    const byName = kindByName[member];
    if (byName !== lastName) {
      lastName = byName;
      lastKind = head === undefined ? unread(byName) : confirmKind(byName, head);
    }
    const isSelected =
      (lastKind !== OTHER || all) && (kinds === undefined || kinds.includes(lastKind));
    if (!isSelected) reader.release(member);
    else if (lastKind !== byName || kindNeedsContent(byName)) told.push([member, lastKind]);
    return isSelected;
  });
  if (kept.length < part.members.length) part.members.splice(0, part.members.length, ...kept);
  return told;

  /** Whether the first bytes have a say. */
  function isOpen(member: number): boolean {
    const kind = kindByName[member];
    return kind === BY_CONTENT || kindNeedsContent(kind) || hasSubkinds(kind);
  }

  /** The first bytes; undefined where they cannot be read any more. */
  function headOf({ members, block }: ContentClass): Uint8Array | undefined {
    if (block !== undefined) return block.subarray(0, length);
    const again = Buffer.allocUnsafe(length);
    return reader.read(members[0], again, length, 0) ? again : undefined;
  }
}

/** An ending that nearly always tells is believed where nothing can be read. */
function unread(byName: number): number {
  return hasSubkinds(byName) ? byName : OTHER;
}
