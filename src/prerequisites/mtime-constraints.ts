import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { currentDir } from "../fs/disk.ts";
import type { DuplicateSets, InPlaceRules, MtimeBound, MtimeBounds, Tree } from "../core/model.ts";
import type { Settings } from "../core/options.ts";
import { mtimeBoundOf } from "./bound-of.ts";
import { PrerequisiteTimes } from "./prerequisite-times.ts";
import type { Warning } from "../core/report.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** Names between two looks at whether the run was told to stop. */
const AT_ONCE = 200;

export interface MtimeConstraints {
  readonly bounds: MtimeBounds;
  /** Files that a rule writes in place. */
  readonly inPlaceRules: InPlaceRules;
  /** Whether there is anything of a build's: rules or notes, in the tree or above it. Else no build will look at the times. */
  readonly hasBuildFiles: boolean;
  /** Notes of builds that could not be read. */
  readonly warnings: readonly Warning[];
}

/**
 * Looks up what the names of the duplicate sets were made from, where their builds have left notes
 * (dependency files, ninja's logs), and so between which times they may be dated. Only sets whose files
 * differ in time are looked at: the others keep theirs. Of all it is told which a rule writes in place. A tree without notes costs nothing.
 */
export async function findMtimeConstraints(
  { files, dependencyInfo }: Tree,
  sets: DuplicateSets,
  settings: Settings,
  pool: WorkerPool,
): Promise<MtimeConstraints> {
  const bounds = new Map<number, MtimeBound>();
  const inPlaceRules = new Map<number, string>();
  const warnings = new Map<string, Warning>();
  // A clone keeps its own time.
  const onlyClones = settings.action === "reflink" && !settings.linkElsewhere;
  if (onlyClones) return { bounds, inPlaceRules, hasBuildFiles: false, warnings: [] };
  const times = new PrerequisiteTimes(
    dependencyInfo,
    settings.paths,
    currentDir(),
    (path, words) => {
      warnings.set(path, {
        code: "build-record",
        path,
        message: `what it says of prerequisites is not known: ${words}`,
      });
    },
  );
  if (times.isEmpty) return { bounds, inPlaceRules, hasBuildFiles: false, warnings: [] };
  await findWriters(files, sets, times, pool, inPlaceRules);
  if (settings.respectTime)
    return { bounds, inPlaceRules, hasBuildFiles: false, warnings: [...warnings.values()] };
  const names = [...namesOfDifferentTimes(files, sets)];
  const numbers = new Map(names.map((name) => [times.absolute(files.path(name)), name]));
  const timeOf = (path: BytePath): bigint | undefined => times.timeOf(path);
  const fileOf = (path: BytePath): number | undefined => numbers.get(times.absolute(path));
  for (const [i, name] of names.entries()) {
    if (i % AT_ONCE === 0 && (await stoppedMeanwhile(pool))) break;
    const facts = times.factsOf(files.path(name), settings.newestTime);
    const bound = mtimeBoundOf(facts, files.columns.mtime[name], timeOf, fileOf);
    if (bound !== undefined) bounds.set(name, { ...bound, newest: shorten(bound.newest) });
  }
  return { bounds, inPlaceRules, hasBuildFiles: true, warnings: [...warnings.values()] };
}

/** Finds the files that rules write in place. Not asked for kinds that are left alone, or were named, because of that. */
async function findWriters(
  files: FileTable,
  { members, nextLink }: DuplicateSets,
  times: PrerequisiteTimes,
  pool: WorkerPool,
  inPlaceRules: Map<number, string>,
): Promise<void> {
  const { kind } = files.columns;
  for (const [i, inode] of members.entries()) {
    if (i % AT_ONCE === 0 && (await stoppedMeanwhile(pool))) break;
    for (let name = inode; name >= 0; name = nextLink[name]) {
      if (kind[name] < KINDS.length && !KINDS[kind[name]].linkedByDefault) continue;
      const writer = times.writerOf(files.path(name));
      if (writer === undefined) continue;
      const how = `writes it in place (${writer.command}): a link would carry the next build's output to its twins; use install, or dedupe unshare before the build`;
      const file = shorten(writer.file);
      for (let other = inode; other >= 0; other = nextLink[other])
        inPlaceRules.set(
          other,
          other === name
            ? `its rule in ${file} ${how}`
            : `the rule of its other name ${files.path(name)} in ${file} ${how}`,
        );
      break;
    }
  }
}

/** As a user who stands in the current directory writes it. */
function shorten(path: BytePath): BytePath {
  const here = join(currentDir(), "");
  return path.startsWith(here) ? path.slice(here.length) : path;
}

function* namesOfDifferentTimes(files: FileTable, sets: DuplicateSets): Generator<number> {
  const { mtime } = files.columns;
  for (let set = 0; set + 1 < sets.starts.length; set += 1) {
    const members = sets.members.subarray(sets.starts[set], sets.starts[set + 1]);
    if (members.every((inode) => mtime[inode] === mtime[members[0]])) continue;
    for (const inode of members) {
      for (let name = inode; name >= 0; name = sets.nextLink[name]) yield name;
    }
  }
}

/** Lets a signal have its turn. */
async function stoppedMeanwhile(pool: WorkerPool): Promise<boolean> {
  await yieldToEventLoop();
  return pool.stopped;
}
