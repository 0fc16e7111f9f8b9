import { type BytePath, compareBytes, dirOf, join } from "../core/byte-path.ts";
import { FileTable, type SharedFileTable } from "../core/file-table.ts";
import type { Tree } from "../core/model.ts";
import type { Alias, Problem } from "../core/report.ts";
import { copyColumns, makeColumns, shared, unfilled } from "./columns.ts";
import type { ReadDir, TableChunk, WalkLeftOut } from "./table-chunk.ts";

/** Rows of one directory in a chunk. */
interface Run {
  readonly chunk: TableChunk;
  readonly dir: ReadDir;
  /** Rows of the chunk, `to` not included. */
  readonly from: number;
  readonly to: number;
  /** Regular files, artifacts or not. */
  readonly fileCount: number;
  /** Orders directories as a depth-first walk visits them: `/` sorts before every other byte. */
  readonly key: string;
}

export interface TableOptions {
  /** Put the columns into memory that all threads share. */
  readonly forThreads: boolean;
  /**
   * A directory that was reached below several roots, or by several mounts, keeps its rows under each of its paths; by
   * default it has rows once.
   */
  readonly perRoot?: boolean;
}

/**
 * Joins the chunks that several threads found into one table, ordered by directory and name, so that the
 * table does not depend on which thread found what. A directory that was reached twice (overlapping roots,
 * bind mounts, symbolic links) has its rows once, under the path that sorts first.
 */
export function buildFileTable(
  chunks: readonly TableChunk[],
  { forThreads, perRoot = false }: TableOptions,
): Omit<Tree, "unmatched"> {
  const { runs, aliases, duplicates, counted } = distinctDirs(
    chunks
      .flatMap(runsOf)
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.dir.root - b.dir.root)),
    perRoot,
  );
  let count = 0;
  let nameBytes = 0;
  for (const { chunk, from, to } of runs) {
    count += to - from;
    nameBytes += nameStart(chunk, to) - nameStart(chunk, from);
  }
  const columns = makeColumns(count, nameBytes, forThreads ? shared : unfilled);
  const devices: bigint[] = [];
  let row = 0;
  let nameEnd = 0;
  for (const { chunk, from, to } of mergeAdjacent(runs)) {
    copyColumns(chunk.columns, columns, from, to, row);
    const firstName = nameStart(chunk, from);
    columns.names.set(chunk.columns.names.subarray(firstName, nameStart(chunk, to)), nameEnd);
    const shift = nameEnd - firstName;
    const deviceOf = chunk.devices.map((device) => indexIn(devices, device));
    for (let i = row; i < row + to - from; i += 1) {
      columns.nameEnds[i] += shift;
      columns.device[i] = deviceOf[columns.device[i]];
    }
    nameEnd += nameStart(chunk, to) - firstName;
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
    fileCount: runs.reduce((sum, run) => sum + run.fileCount, sumOf(counted, unselectedFiles)),
    dirCount: runs.length,
    temporaries: chunks.flatMap((chunk) => chunk.temporaries),
    dependencyInfo: chunks.flatMap((chunk) => chunk.dependencyInfo),
    symlinks: chunks
      .flatMap((chunk) => chunk.symlinks)
      .map(({ path, task: { root } }) => ({ path, root }))
      .sort((a, b) => a.root - b.root || compareBytes(a.path, b.path)),
    aliases: [...aliases, ...chunks.flatMap((chunk) => chunk.aliases)],
    leftOut: sumLeftOut(counted.map(({ dir }) => dir)),
    problems: distinctProblems(chunks, duplicates),
  };
}

/** Joins runs that follow each other in one chunk, which are copied as one. */
function mergeAdjacent(runs: readonly Run[]): Pick<Run, "chunk" | "from" | "to">[] {
  const joined: { chunk: TableChunk; from: number; to: number }[] = [];
  for (const { chunk, from, to } of runs) {
    const last = joined.at(-1);
    if (last?.chunk === chunk && last.to === from) last.to = to;
    else joined.push({ chunk, from, to });
  }
  return joined;
}

function runsOf(chunk: TableChunk): Run[] {
  return chunk.dirs.map((dir, i) => ({
    chunk,
    dir,
    from: dir.firstRow,
    to: chunk.dirs[i + 1]?.firstRow ?? chunk.count,
    fileCount: dir.fileCount,
    key: dir.path.replaceAll("/", "\0"),
  }));
}

interface DistinctDirs {
  readonly runs: Run[];
  /** Of each directory that was read as a whole, one run; of the others, all. */
  readonly counted: Run[];
  readonly aliases: Alias[];
  /** Further paths of directories, with the path under which each is in the table. */
  readonly duplicates: ReadonlyMap<BytePath, BytePath>;
}

/** Each directory once, and the further paths under which it was reached; each single file once. */
function distinctDirs(runs: readonly Run[], perRoot: boolean): DistinctDirs {
  const identityOf = ({ device, inode, root, path }: ReadDir): string =>
    perRoot ? `${root}:${path}` : `${device}:${inode}`;
  const whole = new Map<string, Run>();
  for (const run of runs) {
    const identity = identityOf(run.dir);
    if (!run.dir.partial && !whole.has(identity)) whole.set(identity, run);
  }
  const aliasOf = new Map<BytePath, BytePath>();
  const aliases: Alias[] = [];
  const names = new Map<string, Set<BytePath>>();
  const counted: Run[] = [];
  const kept = runs.flatMap((run) => {
    const identity = identityOf(run.dir);
    const first = whole.get(identity);
    if (first === run || first === undefined) counted.push(run);
    if (first === run) return [run];
    if (run.dir.partial || first === undefined) {
      const known = names.get(identity) ?? new Set(first === undefined ? [] : namesIn(first));
      names.set(identity, known);
      return newRows(run, known, first === undefined);
    }
    const { path } = run.dir;
    const of = first.dir.path;
    aliasOf.set(path, of);
    // For a whole tree that is reached twice, only its top is reported.
    if (path !== of && aliasOf.get(dirOf(path)) !== dirOf(of))
      aliases.push({ path, of, via: viaOf(run.dir, first.dir) });
    return [];
  });
  return { runs: kept, aliases, duplicates: aliasOf, counted };
}

/** Single files that were given and are not selected: they have no rows, from which the others are counted. */
function unselectedFiles({ dir, from, to }: Run): number {
  return dir.partial ? dir.fileCount - (to - from) : 0;
}

function sumOf<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}

function sumLeftOut(dirs: readonly ReadDir[]): WalkLeftOut {
  const of = (option: keyof WalkLeftOut): number =>
    sumOf(dirs, ({ leftOut }) => leftOut?.[option] ?? 0);
  return {
    exclude: of("exclude"),
    excludedDirs: of("excludedDirs"),
    kind: of("kind"),
    include: of("include"),
    empty: of("empty"),
    minSize: of("minSize"),
    maxSize: of("maxSize"),
  };
}

function viaOf(dir: ReadDir, of: ReadDir): Alias["via"] {
  const root = ({ path, rootLength }: ReadDir): BytePath => join(path, "").slice(0, rootLength);
  return root(dir) === root(of) ? "mount" : "root";
}

function namesIn({ chunk, from, to }: Run): BytePath[] {
  return Array.from({ length: to - from }, (_, i) => nameOfRow(chunk, from + i));
}

/** The runs of rows whose names are new; adds these names to `known`. */
function newRows(run: Run, known: Set<BytePath>, counts: boolean): Run[] {
  const kept: Run[] = [];
  const keep = (from: number, to: number): void => {
    if (from < to) kept.push({ ...run, from, to, fileCount: counts ? to - from : 0 });
  };
  let from = run.from;
  for (let row = run.from; row < run.to; row += 1) {
    const name = nameOfRow(run.chunk, row);
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

/** A problem with a directory that was reached twice is reported once. */
function distinctProblems(
  chunks: readonly TableChunk[],
  duplicates: ReadonlyMap<BytePath, BytePath>,
): Problem[] {
  const problems = new Map<BytePath, Problem>();
  for (const problem of chunks.flatMap((chunk): readonly Problem[] => chunk.problems)) {
    const counting = duplicates.get(problem.path);
    if (counting === undefined || counting === problem.path) problems.set(problem.path, problem);
  }
  return [...problems.values()];
}

function nameStart(chunk: TableChunk, row: number): number {
  return row === 0 ? 0 : chunk.columns.nameEnds[row - 1];
}

function nameOfRow(chunk: TableChunk, row: number): BytePath {
  return Buffer.from(
    chunk.columns.names.subarray(nameStart(chunk, row), nameStart(chunk, row + 1)),
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
  const dirRoots = Uint32Array.from(dirs, ({ root }) => root);
  const dirTimes = BigInt64Array.from(dirs, ({ mtime }) => mtime);
  let end = 0;
  dirs.forEach(({ path, device, inode }, i) => {
    end += path.length;
    dirEnds[i] = end;
    dirIdentities[2 * i] = device;
    dirIdentities[2 * i + 1] = inode;
  });
  const dirBytes = Buffer.from(dirs.map(({ path }) => path).join(""), "latin1");
  return { dirBytes, dirEnds, dirBases, dirRoots, dirIdentities, dirTimes };
}
