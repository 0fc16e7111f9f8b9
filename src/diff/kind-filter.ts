import {
  BY_CONTENT,
  OTHER,
  confirmKind,
  hasSubkinds,
  kindNeedsContent,
} from "../artifacts/kinds.ts";

/** Which files take part, in a form that crosses to a worker thread. */
export interface KindFilter {
  /** Every file, not only artifacts. */
  readonly all: boolean;
  /** Only these kinds; undefined: any. */
  readonly kinds: readonly number[] | undefined;
}

/** Bytes that suffice to recognize a kind. */
export const HEAD = 4096;

/** Whether only the first bytes of a file tell if it takes part. */
export function needsHead(kindByName: number, { all, kinds }: KindFilter): boolean {
  if (kinds !== undefined && hasSubkinds(kindByName)) return true;
  const isUnsure = kindByName === BY_CONTENT || kindNeedsContent(kindByName);
  return isUnsure && (!all || kinds !== undefined);
}

/** The kind of a file that takes part; undefined if it does not. */
export function selectedKind(
  kindByName: number,
  head: Uint8Array,
  filter: KindFilter,
): number | undefined {
  const kind = confirmKind(kindByName, head);
  if (!needsHead(kindByName, filter)) return kind;
  const { all, kinds } = filter;
  const isSelected = (kind !== OTHER || all) && (kinds === undefined || kinds.includes(kind));
  return isSelected ? kind : undefined;
}
