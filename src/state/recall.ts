import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { confirmWritten } from "./confirm-written.ts";
import { Fate } from "./fate.ts";
import { firstRowsOf } from "./first-rows.ts";
import { type UnlistedEntry, HomeRecaller } from "./home-recaller.ts";
import { keepTouched } from "./keep-touched.ts";
import type { Memory } from "./load-state.ts";

/** What a table has in common with what is remembered. */
export interface Recollection {
  readonly memory: Memory;
  /** By row of the table: a `Fate`. */
  readonly fates: Uint8Array;
  /** By row: the entry in the state of its home, or -1. */
  readonly entries: Int32Array;
  /** By home, by entry: 1 if it has a row, or its path is gone. Other entries stay as they are. */
  readonly settled: readonly Uint8Array[];
  /**
   * Paths without rows whose inode was written in place since a run linked it: files that are empty now, or that the
   * run does not select.
   */
  readonly unlisted: readonly UnlistedPath[];
}

export interface UnlistedPath extends UnlistedEntry {
  readonly home: number;
}

/** Which files a table has. */
export interface TableRules {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  readonly kinds: readonly number[] | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Bytes. */
  readonly minSize: number;
  readonly maxSize: number;
  readonly oneFileSystem: boolean;
}

/**
 * Compares the rows of a table with what is remembered about their paths. The walk has collected all that this takes;
 * only an inode that looks changed, and a path that has disappeared from the table, cost a system call.
 */
export function recall(files: FileTable, memory: Memory, rules: TableRules): Recollection {
  const { homes, homeOf, pathInHome } = memory;
  const fates = new Uint8Array(files.count);
  const entries = new Int32Array(files.count).fill(-1);
  const recallers = homes.map((home) => new HomeRecaller(files, home));
  const settled = recallers.map((recaller) => recaller.settled);
  const recollection = { memory, fates, entries, settled };
  if (settled.every(({ length }) => length === 0)) return { ...recollection, unlisted: [] };
  const firstRows = firstRowsOf(files);
  for (let dir = 0; dir < files.dirCount; dir += 1) {
    const home = homeOf(dir);
    if (home < 0) continue;
    const rows = [firstRows[dir], firstRows[dir + 1]] as const;
    if (recallers[home].findEntries(pathInHome(dir), dir, rows, entries))
      recallers[home].recallRows(rows, entries, fates);
  }
  if (fates.includes(Fate.written)) keepTouched(files, memory, fates, entries);
  if (fates.includes(Fate.written)) confirmWritten(files, memory, fates, entries);
  const hasAll = isComplete(memory, rules);
  const unlisted = recallers.flatMap((recaller, home) =>
    recaller.settleMissing(hasAll).map((found) => ({ ...found, home })),
  );
  return { ...recollection, unlisted };
}

/** Whether a table has every file below its roots that runs link, so that a path without a row is gone or empty. */
export function isComplete({ realRoot }: Memory, rules: TableRules): boolean {
  const { paths, kinds, include, exclude, minSize, maxSize, oneFileSystem } = rules;
  if (kinds !== undefined || include.length + exclude.length > 0 || oneFileSystem) return false;
  if (minSize > 1 || maxSize !== Number.POSITIVE_INFINITY) return false;
  // The table has a single file below the path of its directory.
  return paths.every((path) => realRoot(path) !== undefined);
}
