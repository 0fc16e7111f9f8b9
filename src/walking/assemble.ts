import { type BytePath, folderOf, join } from "../byte-path.ts";
import { FileTable, type SharedFileTable } from "../file-table.ts";
import type { Alias, Problem, Tree } from "../model.ts";
import { copyColumns, makeColumns, shared, unfilled } from "./columns.ts";
import type { ReadFolder, TreePart } from "./tree-part.ts";

interface Run {
  readonly part: TreePart;
  readonly folder: ReadFolder;
  /** Rows of the part, `to` not included. */
  readonly from: number;
  readonly to: number;
  /** Regular files met, artifacts or not. */
  readonly fileCount: number;
  /** Orders folders as a depth-first walk meets them: `/` before every other byte. */
  readonly key: string;
}

/**
 * Puts the parts that several threads found together into one table, ordered by folder and name, so that
 * the table does not tell who found what. A folder that was reached twice (overlapping roots, bind
 * mounts, symbolic links) is taken once, under the path that comes first.
 */
export function assemble(parts: readonly TreePart[], forThreads: boolean): Tree {
  const { runs, aliases, again } = distinctFolders(
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
  for (const { part, from, to } of stretches(runs)) {
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
  runs.forEach(({ from, to }, folder) => {
    columns.folder.fill(folder, end, (end += to - from));
  });
  return {
    files: new FileTable({
      count,
      columns,
      devices,
      ...packFolders(runs.map(({ folder }) => folder)),
    }),
    fileCount: runs.reduce((sum, run) => sum + run.fileCount, 0),
    folderCount: runs.length,
    temporaries: parts.flatMap((part) => part.temporaries),
    records: parts.flatMap((part) => part.records),
    aliases: [...aliases, ...parts.flatMap((part) => part.aliases)],
    problems: distinctProblems(parts, again),
  };
}

/** Runs that follow each other in one part are copied as one. */
function stretches(runs: readonly Run[]): Pick<Run, "part" | "from" | "to">[] {
  const joined: { part: TreePart; from: number; to: number }[] = [];
  for (const { part, from, to } of runs) {
    const last = joined.at(-1);
    if (last?.part === part && last.to === from) last.to = to;
    else joined.push({ part, from, to });
  }
  return joined;
}

function runsOf(part: TreePart): Run[] {
  return part.folders.map((folder, i) => ({
    part,
    folder,
    from: folder.firstRow,
    to: part.folders[i + 1]?.firstRow ?? part.count,
    fileCount: folder.fileCount,
    key: folder.path.replaceAll("/", "\0"),
  }));
}

/** What `distinctFolders` found. */
interface Distinct {
  readonly runs: Run[];
  readonly aliases: Alias[];
  /** Paths of folders that were reached under another one too, with the one that counts. */
  readonly again: ReadonlyMap<BytePath, BytePath>;
}

/** Each folder once, and the paths under which it was reached again; each single file once, beside them. */
function distinctFolders(runs: readonly Run[]): Distinct {
  const whole = new Map<string, Run>();
  for (const run of runs) {
    const identity = identityOf(run.folder);
    if (!run.folder.partial && !whole.has(identity)) whole.set(identity, run);
  }
  const aliasOf = new Map<BytePath, BytePath>();
  const aliases: Alias[] = [];
  const names = new Map<string, Set<BytePath>>();
  const kept = runs.flatMap((run) => {
    const identity = identityOf(run.folder);
    const first = whole.get(identity);
    if (first === run) return [run];
    if (run.folder.partial || first === undefined) {
      const known = names.get(identity) ?? new Set(first === undefined ? [] : namesIn(first));
      names.set(identity, known);
      return newRows(run, known, first === undefined);
    }
    const { path } = run.folder;
    const of = first.folder.path;
    aliasOf.set(path, of);
    // Of a whole tree that is reached twice only its top is told.
    if (path !== of && aliasOf.get(folderOf(path)) !== folderOf(of))
      aliases.push({ path, of, via: viaOf(run.folder, first.folder) });
    return [];
  });
  return { runs: kept, aliases, again: aliasOf };
}

function viaOf(folder: ReadFolder, of: ReadFolder): Alias["via"] {
  const root = ({ path, rootLength }: ReadFolder): BytePath => join(path, "").slice(0, rootLength);
  return root(folder) === root(of) ? "mount" : "root";
}

function identityOf(folder: ReadFolder): string {
  return `${folder.device}:${folder.inode}`;
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

/** Trouble with a folder that was reached twice is told once. */
function distinctProblems(
  parts: readonly TreePart[],
  again: ReadonlyMap<BytePath, BytePath>,
): Problem[] {
  const problems = new Map<BytePath, Problem>();
  for (const problem of parts.flatMap((part): readonly Problem[] => part.problems)) {
    const counting = again.get(problem.path);
    if (counting === undefined || counting === problem.path) problems.set(problem.path, problem);
  }
  return [...problems.values()];
}

function nameStart(part: TreePart, row: number): number {
  return row === 0 ? 0 : part.columns.nameEnds[row - 1];
}

function nameOfRow(part: TreePart, row: number): BytePath {
  return Buffer.from(
    part.columns.names.subarray(nameStart(part, row), nameStart(part, row + 1) - 1),
  ).toString("latin1");
}

function indexIn(devices: bigint[], device: bigint): number {
  const known = devices.indexOf(device);
  return known >= 0 ? known : devices.push(device) - 1;
}

function packFolders(
  folders: readonly ReadFolder[],
): Omit<SharedFileTable, "count" | "columns" | "devices"> {
  const folderEnds = new Uint32Array(folders.length);
  const folderBases = Uint32Array.from(folders, ({ baseLength }) => baseLength);
  const folderIdentities = new BigUint64Array(folders.length * 2);
  const folderTimes = BigInt64Array.from(folders, ({ mtime }) => mtime);
  let end = 0;
  folders.forEach(({ path, device, inode }, i) => {
    end += path.length;
    folderEnds[i] = end;
    folderIdentities[2 * i] = device;
    folderIdentities[2 * i + 1] = inode;
  });
  const folderBytes = Buffer.from(folders.map(({ path }) => path).join(""), "latin1");
  return { folderBytes, folderEnds, folderBases, folderIdentities, folderTimes };
}
