import { BY_CONTENT, STATE } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";

/** What a row of the file table counts as in the report. */
export const Role = {
  /** Nothing: it is no artifact as far as is known, or not selected. */
  none: 0,
  /** A further link of an inode. */
  link: 1,
  /** The first link of an inode, which represents it. */
  inode: 2,
} as const;

export interface RoleOptions {
  /** Every file counts, not only artifacts. */
  readonly all: boolean;
}

/**
 * The role of each row. A file that only its content could identify counts as an artifact if its content was
 * read.
 */
export function rolesOf(
  files: FileTable,
  nextLink: Int32Array,
  isSelected: (file: number) => boolean,
  { all }: RoleOptions,
): Uint8Array {
  const { kind } = files.columns;
  const roles = new Uint8Array(files.count).fill(Role.inode);
  for (const next of nextLink) if (next >= 0) roles[next] = Role.link;
  for (let file = 0; file < files.count; file += 1) {
    const isCounted = all || kind[file] < BY_CONTENT || kind[file] === STATE;
    if (!isCounted || !isSelected(file)) roles[file] = Role.none;
  }
  return roles;
}
