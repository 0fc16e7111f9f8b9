import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { Fate } from "./fate.ts";
import { type Memory, type StateHome, placeDirs } from "./load-state.ts";
import { type Recollection, type TableRules, isComplete, recall } from "./recall.ts";
import { NEVER_REMADE, StateBuilder } from "./state-builder.ts";
import { type State, Status, entriesOf, entryCount } from "./state.ts";
import { updateState } from "./update-state.ts";

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
export function forget(files: FileTable, memory: Memory, rules: TableRules): Forgotten {
  const problems: Problem[] = [];
  let count = 0;
  for (const [i, home] of memory.homes.entries()) {
    let dropped = 0;
    const failure = updateState(home, (newer = home.state) => {
      const homes = memory.homes.with(i, { ...home, state: newer });
      const unmarked = dropMarks(files, placeDirs(files, homes, []), rules, i);
      ({ dropped } = unmarked);
      return dropped === 0 ? undefined : unmarked.state;
    });
    if (isErrno(failure)) problems.push(problemOf(home, failure.code));
    else count += dropped;
  }
  return { count, problems };
}

/** The state of a home without marks, and how many it had. */
function dropMarks(
  files: FileTable,
  memory: Memory,
  rules: TableRules,
  home: number,
): { readonly state: State; readonly dropped: number } {
  const recollection = recall(files, memory, rules);
  const roots = isComplete(memory, rules)
    ? rules.paths.map((path) => memory.realRoot(path)).filter((root) => root !== undefined)
    : [];
  const { root, device, inode, state } = memory.homes[home];
  const rows = rowsOfEntries(files, recollection, home);
  const builder = new StateBuilder();
  let dropped = 0;
  for (const [dir, path] of state.dirs.entries()) {
    const [from, to] = entriesOf(state, dir);
    const isBelow = isBelowAny(absolutePath(root, path), roots);
    builder.beginDir(path);
    for (let entry = from; entry < to; entry += 1) {
      const fate = rows[entry] < 0 ? Fate.unknown : recollection.fates[rows[entry]];
      if (!isBelow && rows[entry] < 0) builder.addEntry(state, entry);
      else if (isMark(state.entries.status[entry], fate)) dropped += 1;
      else builder.addEntry(state, entry, NEVER_REMADE);
    }
  }
  const origin = { root, device, inode, savedAt: state.savedAt + 1n };
  return { state: builder.build(origin, state.settled, state.linkLimits), dropped };
}

/** Whether an entry keeps its path from being linked. What was written through and is not repaired yet must not be forgotten. */
function isMark(status: number, fate: number): boolean {
  return status === Status.apart || status === Status.inPlace || fate === Fate.inPlace;
}

/** By entry of a home: the row that has its path, or -1. */
function rowsOfEntries(
  { columns: { dir } }: FileTable,
  { memory, entries }: Recollection,
  home: number,
): Int32Array {
  const rows = new Int32Array(entryCount(memory.homes[home].state)).fill(-1);
  entries.forEach((entry, row) => {
    if (entry >= 0 && memory.homeOf(dir[row]) === home) rows[entry] = row;
  });
  return rows;
}

function isBelowAny(dir: BytePath, roots: readonly BytePath[]): boolean {
  return roots.some((root) => dir === root || dir.startsWith(join(root, "")));
}

function problemOf({ file }: StateHome, code: string): Problem {
  return { path: file, code, message: `the state cannot be written: ${describeErrno(code)}` };
}
