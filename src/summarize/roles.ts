import { BY_CONTENT, STATE } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Settings } from "../core/options.ts";

/** What a name counts as in the report. */
export const Role = {
  /** No artifact, as far as is known, or no part of the run. */
  none: 0,
  /** A further name of a file that is counted. */
  name: 1,
  /** The first name: it stands for the file. */
  file: 2,
} as const;

/**
 * The role of each name of a tree. An artifact counts, or with `--all` any file; not one of which only the
 * content could tell and was not read.
 *
 * @param taken Whether a file took part.
 */
export function rolesOf(
  files: FileTable,
  nextLink: Int32Array,
  settings: Settings,
  isSelected: (file: number) => boolean,
): Uint8Array {
  const { kind } = files.columns;
  const { all } = settings;
  const roles = new Uint8Array(files.count).fill(Role.file);
  for (let file = 0; file < files.count; file += 1) {
    const next = nextLink[file];
    if (next >= 0) roles[next] = Role.name;
  }
  for (let file = 0; file < files.count; file += 1) {
    const isCounted = all || kind[file] < BY_CONTENT || kind[file] === STATE;
    if (!isCounted || !isSelected(file)) roles[file] = Role.none;
  }
  return roles;
}
