import { type AddedDir, type AddedFile, appendRows } from "../core/append-rows.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import type { CandidateGroups, DuplicateSets } from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { match } from "../match/match.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import type { EntryFinder, FoundEntry } from "./find-entries.ts";
import { BUCKET_COUNT, bucketName } from "./layout.ts";
import type { Store } from "./open-store.ts";
import { TEMPORARY_DIR } from "./temporaries.ts";

export interface ProofOptions {
  /** Compare every extended attribute, not only those that decide about access. */
  readonly respectXattrs: boolean;
  readonly changesDisk: boolean;
}

/** An entry that may be equal to the members of a set. */
export interface Candidate {
  readonly set: number;
  readonly digest: string;
  readonly found: FoundEntry;
}

interface Proof extends Pick<DuplicateSets, "attributes" | "lost"> {
  /** By set: the rows of entries that are equal to its members. */
  readonly equal: ReadonlyMap<number, readonly number[]>;
  readonly different: readonly Candidate[];
  /** Entries that another run has linked, or a program has written to, while they were compared. */
  readonly busy: readonly Candidate[];
  readonly bytesRead: number;
  readonly warnings: readonly Warning[];
}

/** How often an entry is compared again that another run has linked to meanwhile. */
const MOST_ATTEMPTS = 4;

/** Adds rows for the candidates, and compares them with the first member of their set. */
export async function proveEntries(
  store: Store,
  tree: FileTable,
  sets: DuplicateSets,
  candidates: Candidate[],
  finder: EntryFinder,
  options: ProofOptions,
  pool: WorkerPool,
): Promise<{ readonly files: FileTable; readonly proof: Proof }> {
  let files = addRows(store, tree, candidates);
  let proof = await proveEqual(files, sets, candidates, () => true, options, pool);
  for (let attempt = 1; attempt < MOST_ATTEMPTS && proof.busy.length > 0; attempt += 1) {
    const busy = new Set(proof.busy);
    const again = new Set(proof.busy.map(({ set }) => set));
    for (const [i, candidate] of candidates.entries()) {
      const stat = busy.has(candidate) ? finder.statAgain(candidate.found) : undefined;
      if (stat !== undefined) candidates[i] = { ...candidate, found: { ...candidate.found, stat } };
    }
    files = addRows(store, tree, candidates);
    const isAgain = ({ set }: Candidate): boolean => again.has(set);
    const later = await proveEqual(files, sets, candidates, isAgain, options, pool);
    proof = {
      ...later,
      equal: new Map([...proof.equal, ...later.equal]),
      different: [...proof.different.filter((each) => !isAgain(each)), ...later.different],
      attributes: new Map([...proof.attributes, ...later.attributes]),
      lost: new Map([...proof.lost, ...later.lost]),
      bytesRead: proof.bytesRead + later.bytesRead,
      warnings: [...proof.warnings, ...later.warnings],
    };
  }
  return { files, proof };
}

/** Compares the first member of each set with its candidates. All other members are proven to be equal to it. */
async function proveEqual(
  files: FileTable,
  sets: DuplicateSets,
  candidates: readonly Candidate[],
  isCompared: (candidate: Candidate) => boolean,
  { respectXattrs, changesDisk }: ProofOptions,
  pool: WorkerPool,
): Promise<Proof> {
  const firstRow = files.count - candidates.length;
  const groups = groupCandidates(files, sets, candidates, isCompared);
  const settings = { all: true, kinds: undefined, respectXattrs, expectEqual: true, changesDisk };
  const proven = await match(files, groups, settings, pool);
  const equal = new Map<number, number[]>();
  const isEqual = new Set<number>();
  for (const { from, to } of eachGroup(proven.starts)) {
    const rows = Array.from(proven.members.subarray(from, to)).sort((a, b) => a - b);
    if (rows[0] >= firstRow) continue; // entries that equal each other, and not the files of the tree
    const found = rows.filter((row) => row >= firstRow);
    equal.set(candidates[found[0] - firstRow].set, found);
    for (const row of found) isEqual.add(row);
  }
  const { lost } = proven;
  const unread = new Set(proven.problems.map(({ path }) => path));
  const different: Candidate[] = [];
  const busy: Candidate[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const row = firstRow + i;
    const first = sets.members[sets.starts[candidate.set]];
    if (!isCompared(candidate) || isEqual.has(row) || lost.has(first)) continue;
    if (unread.has(files.path(row)) || unread.has(files.path(first))) continue;
    if (lost.has(row)) {
      if (lost.get(row) !== "vanished") busy.push(candidate);
    } else different.push(candidate);
  }
  const isOfTree = ([row]: readonly [number, unknown]): boolean => row < firstRow;
  return {
    equal,
    different: pool.stopped ? [] : different,
    busy: pool.stopped ? [] : busy,
    attributes: new Map([...sets.attributes, ...proven.attributes]),
    lost: new Map([...sets.lost, ...[...lost].filter(isOfTree)]),
    bytesRead: proven.bytesRead,
    warnings: proven.problems.map(({ path, message }) => warningOf(path, message)),
  };
}

/** Groups of the first member of a set and the candidates that have its size. */
function groupCandidates(
  files: FileTable,
  sets: DuplicateSets,
  candidates: readonly Candidate[],
  isCompared: (candidate: Candidate) => boolean,
): CandidateGroups {
  const firstRow = files.count - candidates.length;
  const { size } = files.columns;
  const members: number[] = [];
  const starts = [0];
  let last = -1;
  for (const [i, candidate] of candidates.entries()) {
    const { set, found } = candidate;
    const first = sets.members[sets.starts[set]];
    if (found.stat.size !== size[first] || !isCompared(candidate)) continue;
    if (last !== set) {
      if (last >= 0) starts.push(members.length);
      members.push(first);
    }
    members.push(firstRow + i);
    last = set;
  }
  if (last >= 0) starts.push(members.length);
  return {
    members: Uint32Array.from(members),
    starts: Uint32Array.from(starts),
    nextLink: new Int32Array(files.count).fill(-1),
    kinds: new Map(),
  };
}

/** Adds the directories of the store and a row for each candidate. */
function addRows(store: Store, tree: FileTable, candidates: readonly Candidate[]): FileTable {
  const names = Array.from({ length: BUCKET_COUNT }, (_, bucket) => bucketName(bucket));
  const dirs = [...names, TEMPORARY_DIR].map((name): AddedDir => {
    const path = join(store.path, name);
    const stat = tryErrno(() => disk.lstat(path));
    const { dev, ino, mtimeNs } = isErrno(stat) ? { dev: 0n, ino: 0n, mtimeNs: 0n } : stat;
    const baseLength = store.path.length + 1; // with the slash
    return { path, baseLength, device: dev, inode: ino, mtime: mtimeNs };
  });
  const files = candidates.map(({ found: { bucket, name, stat } }): AddedFile => {
    return {
      dir: bucket,
      name,
      device: BigInt(stat.dev),
      inode: stat.ino,
      size: stat.size,
      allocated: stat.blocks * 512,
      mtime: stat.mtimeNs,
      ctime: stat.ctimeNs,
      mode: stat.mode,
      uid: stat.uid,
      gid: stat.gid,
      links: stat.nlink,
      kind: 0,
    };
  });
  return appendRows(tree, dirs, files);
}

export function warningOf(path: BytePath, why: string): Warning {
  return { code: "store", path, message: `this entry of the store is not used: ${why}` };
}
