import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, join } from "../core/byte-path.ts";
import { describeErrno, isReplaced } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import type { ApartPaths, DuplicateSets, StaysApart } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import { currentDir } from "../fs/disk.ts";
import type { BuildFiles } from "../prerequisites/open-build-files.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type WriterOverrides, overrideOf } from "./command.ts";
import { type Selection, UNREADABLE, judge } from "./judge.ts";
import { type Producer, namesProducer } from "./producers.ts";
import { readProducersTask } from "./read-producers.ts";
import { type RuleWriter, RuleWriters } from "./rule-writers.ts";

/** Files read in one task: some 5 ms. */
const BATCH = 500;

export interface WriterFindings {
  /** Files that must not be linked, and why. */
  readonly apart: ApartPaths;
  /** Files that could not be read. */
  readonly problems: readonly Problem[];
}

export interface WriterOptions {
  /** What the user says about commands, by name. */
  readonly writers: WriterOverrides;
  /** Nothing is built in the tree any more. */
  readonly final: boolean;
  /** Every duplicate becomes a clone, which no write to another file changes. */
  readonly onlyClones: boolean;
  readonly all: boolean;
  readonly include: readonly string[];
  /** Kinds that the user selected; undefined: any. */
  readonly kinds: readonly number[] | undefined;
}

/**
 * Determines which files of the duplicate sets must not be linked, because what writes them is not known to replace
 * them. The evidence, strongest first: the build rule that makes a file, the tool that its content names, the tools that
 * write its kind.
 *
 * @param buildFiles undefined if there are none.
 */
export async function findWriters(
  files: FileTable,
  sets: DuplicateSets,
  buildFiles: BuildFiles | undefined,
  options: WriterOptions,
  pool: WorkerPool,
): Promise<WriterFindings> {
  if (options.final || options.onlyClones) return { apart: new Map(), problems: [] };
  const { producers, problems } = await readProducers(files, sets, options.writers, pool);
  const rules = await findRules(files, sets, buildFiles, options.writers, pool);
  return { apart: judgeFiles(files, sets, producers, rules, options), problems };
}

function judgeFiles(
  files: FileTable,
  sets: DuplicateSets,
  producers: ReadonlyMap<number, Producer>,
  rules: ReadonlyMap<number, RuleWriter>,
  options: WriterOptions,
): ApartPaths {
  const apart = new Map<number, StaysApart>();
  const { kind } = files.columns;
  const judgeWithoutRule = memoize((of: number, producer: Producer | undefined) =>
    judge({ rule: undefined, producer, kind: KINDS[of] }, selectionOf(of, options)),
  );
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    for (let i = from; i < to; i += 1) {
      for (let row = sets.members[i]; row >= 0; row = sets.nextLink[row]) {
        const producer = producers.size === 0 ? undefined : producers.get(keyOf(set, kind[row]));
        const rule = rules.get(row);
        const reason =
          rule === undefined
            ? judgeWithoutRule(kind[row], producer)
            : judge({ rule, producer, kind: KINDS[kind[row]] }, selectionOf(kind[row], options));
        if (reason !== undefined) apart.set(row, reason);
      }
    }
  }
  // A rule that may write in place changes all links of its file.
  for (const inode of sets.members) {
    const links = [...linksOf(sets.nextLink, inode)];
    const cause = links.length > 1 && links.find((row) => rules.has(row) && apart.has(row));
    if (typeof cause !== "number") continue;
    const { reason, why } = apart.get(cause) as StaysApart;
    const ofOther = `it is a hard link of ${files.path(cause)}, which stays apart: ${why}`;
    for (const row of links) if (!apart.has(row)) apart.set(row, { reason, why: ofOther });
  }
  return apart;
}

/** The build rules that make the files of the sets, by row. */
async function findRules(
  files: FileTable,
  sets: DuplicateSets,
  buildFiles: BuildFiles | undefined,
  overrides: WriterOverrides,
  pool: WorkerPool,
): Promise<ReadonlyMap<number, RuleWriter>> {
  const found = new Map<number, RuleWriter>();
  if (buildFiles === undefined) return found;
  const writers = new RuleWriters(buildFiles.lookup, overrides);
  function* lookUpAll(): Sliced<void> {
    // In the order of the directories, the rules of nearby ones stay in the cache.
    for (const inode of sets.members.toSorted()) {
      yield;
      for (const row of linksOf(sets.nextLink, inode)) {
        const rule = yield* writers.writerOf(files.path(row));
        if (rule !== undefined) found.set(row, { ...rule, file: relativeToCwd(rule.file) });
      }
    }
  }
  await finishInSlices(lookUpAll(), () => pool.stopped);
  return found;
}

/** The producers that the contents of sets name, by `keyOf`. One file of each set is read. */
async function readProducers(
  files: FileTable,
  sets: DuplicateSets,
  overrides: WriterOverrides,
  pool: WorkerPool,
): Promise<{ producers: ReadonlyMap<number, Producer>; problems: readonly Problem[] }> {
  const rows = filesToRead(files, sets);
  const keys = [...rows.keys()];
  const producers = new Map<number, Producer>();
  const problems: Problem[] = [];
  const starts = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, i) => i * BATCH);
  await Promise.all(
    starts.map(async (from) => {
      const part = keys.slice(from, from + BATCH);
      const batch = Uint32Array.from(part, (key) => rows.get(key) as number);
      const kinds = Uint8Array.from(batch, (row) => files.columns.kind[row]);
      const found = await pool.run(readProducersTask, { rows: batch, kinds });
      found.forEach((producer, i) => {
        if (producer === undefined) return;
        if ("failure" in producer) {
          const { failure: code } = producer;
          // The build may replace a file meanwhile. It then stays apart, without a problem.
          if (code !== "ENOENT" && !isReplaced(code))
            problems.push({ path: files.path(batch[i]), code, message: describeErrno(code) });
          producers.set(part[i], { command: UNREADABLE, effect: "unknown" });
          return;
        }
        const effect = overrideOf(overrides, producer.command) ?? producer.effect;
        producers.set(part[i], { ...producer, effect });
      });
    }),
  );
  return { producers, problems };
}

/** A file of each set and kind that may name its producer, by `keyOf`. */
function filesToRead(files: FileTable, sets: DuplicateSets): Map<number, number> {
  const rows = new Map<number, number>();
  const { kind } = files.columns;
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    let last = -1;
    for (let i = from; i < to; i += 1) {
      for (let row = sets.members[i]; row >= 0; row = sets.nextLink[row]) {
        if (kind[row] === last || rows.has(keyOf(set, kind[row]))) continue;
        if (!namesProducer(kind[row], () => files.path(row))) continue;
        last = kind[row];
        rows.set(keyOf(set, last), row);
      }
    }
  }
  return rows;
}

function keyOf(set: number, kind: number): number {
  return set * 256 + kind;
}

/** The judgement of a kind and a producer, made once. */
function memoize(
  judgeOf: (kind: number, producer: Producer | undefined) => StaysApart | undefined,
): (kind: number, producer: Producer | undefined) => StaysApart | undefined {
  const known = new Map<string, (StaysApart | undefined | null)[]>();
  return (kind, producer) => {
    const key = producer === undefined ? "" : `${producer.effect} ${producer.command}`;
    let byKind = known.get(key);
    if (byKind === undefined) known.set(key, (byKind = Array.from({ length: 256 }, () => null)));
    const judged = byKind[kind];
    return judged === null ? (byKind[kind] = judgeOf(kind, producer)) : judged;
  };
}

function selectionOf(kind: number, { kinds, all, include, writers }: WriterOptions): Selection {
  return {
    byKind: kinds?.includes(kind) === true,
    byUser: all || include.length > 0 || overrideOf(writers, "") === "replace",
  };
}

/** A path below the current directory becomes relative to it; any other stays absolute. */
function relativeToCwd(path: BytePath): BytePath {
  const here = join(currentDir(), "");
  return path.startsWith(here) ? path.slice(here.length) : path;
}
