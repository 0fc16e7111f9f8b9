import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import type { StateHome } from "./load-state.ts";
import { type Recollection, type TableRules, isComplete } from "./recall.ts";
import { NEVER_REMADE, StateBuilder } from "./state-builder.ts";
import { writeState } from "./state-files.ts";
import { Status, entriesOf, entryCount } from "./state.ts";

export interface Forgotten {
  /** The number of paths. */
  readonly count: number;
  /** States that could not be written. */
  readonly problems: readonly Problem[];
}

/**
 * Drops the marks that keep paths from being linked: those of the rows of a table and, if the table has every file below
 * its roots, those of paths below them that do not exist now. What was linked stays remembered, so that a tool that
 * writes through a link is still noticed.
 */
export function forget(files: FileTable, recollection: Recollection, rules: TableRules): Forgotten {
  const { memory } = recollection;
  const roots = isComplete(memory, rules)
    ? rules.paths.map((path) => memory.realRoot(path)).filter((root) => root !== undefined)
    : [];
  const problems: Problem[] = [];
  let count = 0;
  for (const [i, home] of memory.homes.entries()) {
    const { root, device, inode, state } = home;
    const hasRow = entriesWithRow(files, recollection, i);
    const builder = new StateBuilder();
    let dropped = 0;
    for (const [dir, path] of state.dirs.entries()) {
      const [from, to] = entriesOf(state, dir);
      const isBelow = isBelowAny(absolutePath(root, path), roots);
      builder.beginDir(path);
      for (let entry = from; entry < to; entry += 1) {
        const isMark = state.entries.status[entry] !== Status.linked;
        if (!isBelow && hasRow[entry] === 0) builder.addEntry(state, entry);
        else if (isMark) dropped += 1;
        else builder.addEntry(state, entry, NEVER_REMADE);
      }
    }
    if (dropped === 0) continue;
    const origin = { root, device, inode, savedAt: state.savedAt + 1n };
    const rest = builder.build(origin, state.settled);
    const failure = writeState(home.file, rest, home.cache);
    if (isErrno(failure)) problems.push(problemOf(home, failure.code));
    else count += dropped;
  }
  return { count, problems };
}

/** By entry of a home: 1 if a row of the table has its path. */
function entriesWithRow(
  { columns: { dir } }: FileTable,
  { memory, entries }: Recollection,
  home: number,
): Uint8Array {
  const found = new Uint8Array(entryCount(memory.homes[home].state));
  entries.forEach((entry, row) => {
    if (entry >= 0 && memory.homeOf(dir[row]) === home) found[entry] = 1;
  });
  return found;
}

function isBelowAny(dir: BytePath, roots: readonly BytePath[]): boolean {
  return roots.some((root) => dir === root || dir.startsWith(join(root, "")));
}

function problemOf({ file }: StateHome, code: string): Problem {
  return { path: file, code, message: `the state cannot be written: ${describeErrno(code)}` };
}
