import { type BytePath, join } from "../core/byte-path.ts";
import { type FileTable, NO_ROOT } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import type {
  ApartPaths,
  DuplicateSets,
  MtimeBound,
  MtimeBounds,
  StaysApart,
} from "../core/model.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import { currentDir } from "../fs/disk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { mtimeBoundOf } from "./mtime-bound.ts";
import type { BuildFiles } from "./open-build-files.ts";

export interface MtimeConstraintOptions {
  /** Linked files get the newest of their modification times instead of the oldest. */
  readonly newestTime: boolean;
  /** Only files with equal modification times are linked, so no file's time changes. */
  readonly respectTime: boolean;
}

export interface MtimeConstraints {
  readonly bounds: MtimeBounds;
  /** Paths of which it is not known what they are made from. */
  readonly apart: ApartPaths;
  /** Whether any build files were found in the tree or above it. If not, no build depends on the times. */
  readonly hasBuildFiles: boolean;
}

/**
 * Determines which modification times the files of the duplicate sets may have without causing their
 * build tool to rebuild them.
 *
 * The answers come from the build's own files: dependency files, ninja's logs, Makefiles and
 * `build.ninja`. A tree without them costs nothing. Times are determined only for sets whose files differ
 * in time.
 *
 * @param buildFiles undefined if there are none, or times do not matter.
 */
export async function findMtimeConstraints(
  files: FileTable,
  sets: DuplicateSets,
  buildFiles: BuildFiles | undefined,
  { newestTime, respectTime }: MtimeConstraintOptions,
  pool: WorkerPool,
): Promise<MtimeConstraints> {
  const bounds = new Map<number, MtimeBound>();
  const apart = new Map<number, StaysApart>();
  if (buildFiles === undefined || respectTime) return { bounds, apart, hasBuildFiles: false };
  const { lookup } = buildFiles;
  const rows = [...rowsOfDifferentTimes(files, sets)].sort((a, b) => a - b);
  const rowByPath = new Map(rows.map((row) => [lookup.absolute(files.path(row)), row]));
  const timeOf = (path: BytePath): bigint | undefined => lookup.timeOf(path);
  const rowOf = (path: BytePath): number | undefined => rowByPath.get(lookup.absolute(path));
  function* findBounds(): Sliced<void> {
    for (const row of rows) {
      yield;
      const facts = yield* lookup.factsOf(files.path(row), newestTime);
      if (facts.unreadable !== undefined)
        apart.set(row, { reason: "would-rebuild", why: whyUnknown(facts.unreadable) });
      const bound = mtimeBoundOf(facts, files.columns.mtime[row], timeOf, rowOf);
      if (bound !== undefined) bounds.set(row, { ...bound, newest: relativeToCwd(bound.newest) });
    }
  }
  await finishInSlices(findBounds(), () => pool.stopped);
  return { bounds, apart, hasBuildFiles: true };
}

function whyUnknown(file: BytePath): string {
  return `what it is made from is not known, as ${relativeToCwd(file)} cannot be read: the next build might rebuild it`;
}

/** A path below the current directory becomes relative to it; any other stays absolute. */
function relativeToCwd(path: BytePath): BytePath {
  const here = join(currentDir(), "");
  return path.startsWith(here) ? path.slice(here.length) : path;
}

function* rowsOfDifferentTimes(
  files: FileTable,
  { members, starts, nextLink }: DuplicateSets,
): Generator<number> {
  const { mtime, dir } = files.columns;
  for (const { from, to } of eachGroup(starts)) {
    const inodes = members.subarray(from, to);
    if (inodes.every((inode) => mtime[inode] === mtime[inodes[0]])) continue;
    for (const inode of inodes)
      if (files.dirRoot(dir[inode]) !== NO_ROOT) yield* linksOf(nextLink, inode);
  }
}
