import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import type {
  ApartPaths,
  DuplicateSets,
  MtimeBound,
  MtimeBounds,
  StaysApart,
  Tree,
} from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import { currentDir } from "../fs/disk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { mtimeBoundOf } from "./mtime-bound.ts";
import { PrerequisiteLookup } from "./prerequisite-lookup.ts";

export interface MtimeConstraintOptions {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  /** Linked files get the newest of their modification times instead of the oldest. */
  readonly newestTime: boolean;
  /** Only files with equal modification times are linked, so no file's time changes. */
  readonly respectTime: boolean;
  /** Every duplicate becomes a clone, which keeps its own time. */
  readonly onlyClones: boolean;
}

export interface MtimeConstraints {
  readonly bounds: MtimeBounds;
  /** Paths that a build rule writes in place. */
  readonly apart: ApartPaths;
  /** Whether any build files were found in the tree or above it. If not, no build depends on the times. */
  readonly hasBuildFiles: boolean;
  /** Build files that could not be read. */
  readonly warnings: readonly Warning[];
}

/**
 * Determines which modification times the files of the duplicate sets may have without causing their
 * build tool to rebuild them, and which files a build rule writes in place.
 *
 * The answers come from the build's own files: dependency files, ninja's logs, Makefiles and
 * `build.ninja`. A tree without them costs nothing. Times are determined only for sets whose files differ
 * in time; in-place rules are looked up for every set.
 */
export async function findMtimeConstraints(
  { files, dependencyInfo }: Tree,
  sets: DuplicateSets,
  { paths, newestTime, respectTime, onlyClones }: MtimeConstraintOptions,
  pool: WorkerPool,
): Promise<MtimeConstraints> {
  const bounds = new Map<number, MtimeBound>();
  const apart = new Map<number, StaysApart>();
  const warnings = new Map<string, Warning>();
  const constraints = (hasBuildFiles: boolean): MtimeConstraints => {
    return { bounds, apart, hasBuildFiles, warnings: [...warnings.values()] };
  };
  if (onlyClones) return constraints(false);
  const lookup = new PrerequisiteLookup(
    dependencyInfo,
    paths,
    currentDir(),
    (path, fault, isForeign) => {
      const code = isForeign === true ? "foreign-build-file" : "build-record";
      const effect = isForeign === true ? "ignored" : "some prerequisites may be unknown";
      warnings.set(path, { code, path, message: `${effect}: ${fault}` });
    },
  );
  if (lookup.isEmpty) return constraints(false);
  const stopped = (): boolean => pool.stopped;
  await finishInSlices(findInPlaceRules(files, sets, lookup, apart), stopped);
  if (respectTime) return constraints(false);
  const rows = [...rowsOfDifferentTimes(files, sets)].sort((a, b) => a - b);
  const rowByPath = new Map(rows.map((row) => [lookup.absolute(files.path(row)), row]));
  const timeOf = (path: BytePath): bigint | undefined => lookup.timeOf(path);
  const rowOf = (path: BytePath): number | undefined => rowByPath.get(lookup.absolute(path));
  function* findBounds(): Sliced<void> {
    for (const row of rows) {
      yield;
      const facts = yield* lookup.factsOf(files.path(row), newestTime);
      if (facts.unreadable !== undefined && !apart.has(row))
        apart.set(row, { reason: "would-rebuild", why: whyUnknown(facts.unreadable) });
      const bound = mtimeBoundOf(facts, files.columns.mtime[row], timeOf, rowOf);
      if (bound !== undefined) bounds.set(row, { ...bound, newest: relativeToCwd(bound.newest) });
    }
  }
  await finishInSlices(findBounds(), stopped);
  return constraints(true);
}

/** Skips kinds that are not linked by default: they stay apart anyway, unless the user names them with `--kind`. */
function* findInPlaceRules(
  files: FileTable,
  { members, nextLink }: DuplicateSets,
  lookup: PrerequisiteLookup,
  apart: Map<number, StaysApart>,
): Sliced<void> {
  const { kind } = files.columns;
  // In the order of the directories, the rules of nearby ones stay in the cache.
  for (const inode of members.toSorted()) {
    yield;
    for (const row of linksOf(nextLink, inode)) {
      if (kind[row] < KINDS.length && !KINDS[kind[row]].linkedByDefault) continue;
      const rule = yield* lookup.inPlaceRuleOf(files.path(row));
      if (rule === undefined) continue;
      const makefile = relativeToCwd(rule.file);
      const effect = `writes it in place (${rule.command}), so a rebuild would change every link to it; use install, or run dedupe unshare before the build`;
      for (const other of linksOf(nextLink, inode))
        apart.set(other, {
          reason: "in-place-kind",
          why:
            other === row
              ? `its rule in ${makefile} ${effect}`
              : `the rule for its other hard link ${files.path(row)} in ${makefile} ${effect}`,
        });
      break;
    }
  }
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
  const { mtime } = files.columns;
  for (const { from, to } of eachGroup(starts)) {
    const inodes = members.subarray(from, to);
    if (inodes.every((inode) => mtime[inode] === mtime[inodes[0]])) continue;
    for (const inode of inodes) yield* linksOf(nextLink, inode);
  }
}
