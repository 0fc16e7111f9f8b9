import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import { FileTable, type SharedFileTable } from "../core/file-table.ts";
import type { Tree } from "../core/model.ts";
import type { Alias, Problem } from "../core/report.ts";
import { copyColumns, makeColumns, shared, unfilled } from "./columns.ts";
import type { ReadDir, TableChunk } from "./table-chunk.ts";

interface Run {
  readonly part: TableChunk;
  readonly dir: ReadDir;
  /** Rows of the part, `to` not included. */
  readonly from: number;
  readonly to: number;
  /** Regular files met, artifacts or not. */
  readonly fileCount: number;
  /** Orders directories as a depth-first walk meets them: `/` before every other byte. */
  readonly key: string;
}

/**
 * Puts the parts that several threads found together into one table, ordered by directory and name, so that
 * the table does not tell who found what. A directory that was reached twice (overlapping roots, bind
 * mounts, symbolic links) is taken once, under the path that comes first.
 */
export function buildFileTable(parts: readonly TableChunk[], forThreads: boolean): Tree {
  const { runs, aliases, again } = distinctDirs(
    parts.flatMap(runsOf).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
  );
  let count = 0;
  let nameBytes = 0;
  for (const { part, from, to } of runs) {
    count += to - from;
    nameBytes += nameStart(part, to) - nameStart(part, from);
  }
  const columns = makeColumns(count, nameBytes, forThreads ? shared : unfilled);
  const devices: bigint[] = [];
  let row = 0;
  let nameEnd = 0;
  for (const { part, from, to } of mergeAdjacent(runs)) {
    copyColumns(part.columns, columns, from, to, row);
    const firstName = nameStart(part, from);
    columns.names.set(part.columns.names.subarray(firstName, nameStart(part, to)), nameEnd);
    const shift = nameEnd - firstName;
    const deviceOf = part.devices.map((device) => indexIn(devices, device));
    for (let i = row; i < row + to - from; i += 1) {
      columns.nameEnds[i] += shift;
      columns.device[i] = deviceOf[columns.device[i]];
    }
    nameEnd += nameStart(part, to) - firstName;
    row += to - from;
  }
  let end = 0;
  runs.forEach(({ from, to }, dir) => {
    columns.dir.fill(dir, end, (end += to - from));
  });
  return {
    files: new FileTable({
      count,
      columns,
      devices,
      ...packDirs(runs.map(({ dir }) => dir)),
    }),
    fileCount: runs.reduce((sum, run) => sum + run.fileCount, 0),
    dirCount: runs.length,
    temporaries: parts.flatMap((part) => part.temporaries),
    dependencyInfo: parts.flatMap((part) => part.dependencyInfo),
    aliases: [...aliases, ...parts.flatMap((part) => part.aliases)],
    problems: distinctProblems(parts, again),
  };
}

/** Runs that follow each other in one part are copied as one. */
function mergeAdjacent(runs: readonly Run[]): Pick<Run, "part" | "from" | "to">[] {
  const joined: { part: TableChunk; from: number; to: number }[] = [];
  for (const { part, from, to } of runs) {
    const last = joined.at(-1);
    if (last?.part === part && last.to === from) last.to = to;
    else joined.push({ part, from, to });
  }
  return joined;
}

function runsOf(part: TableChunk): Run[] {
  return part.dirs.map((dir, i) => ({
    part,
    dir,
    from: dir.firstRow,
    to: part.dirs[i + 1]?.firstRow ?? part.count,
    fileCount: dir.fileCount,
    key: dir.path.replaceAll("/", "\0"),
  }));
}

/** What `distinctFolders` found. */
interface Distinct {
  readonly runs: Run[];
  readonly aliases: Alias[];
  /** Paths of directories that were reached under another one too, with the one that counts. */
  readonly again: ReadonlyMap<BytePath, BytePath>;
}

/** Each directory once, and the paths under which it was reached again; each single file once, beside them. */
function distinctDirs(runs: readonly Run[]): Distinct {
  const whole = new Map<string, Run>();
  for (const run of runs) {
    const identity = identityOf(run.dir);
    if (!run.dir.partial && !whole.has(identity)) whole.set(identity, run);
  }
  const aliasOf = new Map<BytePath, BytePath>();
  const aliases: Alias[] = [];
  const names = new Map<string, Set<BytePath>>();
  const kept = runs.flatMap((run) => {
    const identity = identityOf(run.dir);
    const first = whole.get(identity);
    if (first === run) return [run];
    if (run.dir.partial || first === undefined) {
      const known = names.get(identity) ?? new Set(first === undefined ? [] : namesIn(first));
      names.set(identity, known);
      return newRows(run, known, first === undefined);
    }
    const { path } = run.dir;
    const of = first.dir.path;
    aliasOf.set(path, of);
    // Of a whole tree that is reached twice only its top is told.
    if (path !== of && aliasOf.get(dirOf(path)) !== dirOf(of))
      aliases.push({ path, of, via: viaOf(run.dir, first.dir) });
    return [];
  });
  return { runs: kept, aliases, again: aliasOf };
}

function viaOf(dir: ReadDir, of: ReadDir): Alias["via"] {
  const root = ({ path, rootLength }: ReadDir): BytePath => join(path, "").slice(0, rootLength);
  return root(dir) === root(of) ? "mount" : "root";
}

function identityOf(dir: ReadDir): string {
  return `${dir.device}:${dir.inode}`;
}

function namesIn({ part, from, to }: Run): BytePath[] {
  return Array.from({ length: to - from }, (_, i) => nameOfRow(part, from + i));
}

/** The stretches of rows whose names are new; they are known from then on. */
function newRows(run: Run, known: Set<BytePath>, counts: boolean): Run[] {
  const kept: Run[] = [];
  const keep = (from: number, to: number): void => {
    if (from < to) kept.push({ ...run, from, to, fileCount: counts ? to - from : 0 });
  };
  let from = run.from;
  for (let row = run.from; row < run.to; row += 1) {
    const name = nameOfRow(run.part, row);
    if (known.has(name)) {
      keep(from, row);
      from = row + 1;
    }
    known.add(name);
  }
  if (counts && from === run.from && from < run.to) return [run];
  keep(from, run.to);
  return kept;
}

/** Trouble with a directory that was reached twice is told once. */
function distinctProblems(
  parts: readonly TableChunk[],
  again: ReadonlyMap<BytePath, BytePath>,
): Problem[] {
  const problems = new Map<BytePath, Problem>();
  for (const problem of parts.flatMap((part): readonly Problem[] => part.problems)) {
    const counting = again.get(problem.path);
    if (counting === undefined || counting === problem.path) problems.set(problem.path, problem);
  }
  return [...problems.values()];
}

function nameStart(part: TableChunk, row: number): number {
  return row === 0 ? 0 : part.columns.nameEnds[row - 1];
}

function nameOfRow(part: TableChunk, row: number): BytePath {
  return Buffer.from(
    part.columns.names.subarray(nameStart(part, row), nameStart(part, row + 1) - 1),
  ).toString("latin1");
}

function indexIn(devices: bigint[], device: bigint): number {
  const known = devices.indexOf(device);
  return known >= 0 ? known : devices.push(device) - 1;
}

function packDirs(
  dirs: readonly ReadDir[],
): Omit<SharedFileTable, "count" | "columns" | "devices"> {
  const dirEnds = new Uint32Array(dirs.length);
  const dirBases = Uint32Array.from(dirs, ({ baseLength }) => baseLength);
  const dirIdentities = new BigUint64Array(dirs.length * 2);
  const dirTimes = BigInt64Array.from(dirs, ({ mtime }) => mtime);
  let end = 0;
  dirs.forEach(({ path, device, inode }, i) => {
    end += path.length;
    dirEnds[i] = end;
    dirIdentities[2 * i] = device;
    dirIdentities[2 * i + 1] = inode;
  });
  const dirBytes = Buffer.from(dirs.map(({ path }) => path).join(""), "latin1");
  return { dirBytes, dirEnds, dirBases, dirIdentities, dirTimes };
}
