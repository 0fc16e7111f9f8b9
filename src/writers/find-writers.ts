import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import {
  type ApartPaths,
  type Classification,
  type DuplicateSets,
  INSTALLED,
  type StaysApart,
} from "../core/model.ts";
import { type Sliced, finishInSlices } from "../core/slices.ts";
import { currentDir } from "../fs/disk.ts";
import type { BuildFiles } from "../prerequisites/open-build-files.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type WriterOverrides, overrideOf } from "./command.ts";
import { type Places, findCopiedProducts } from "./copied-products.ts";
import { type InstalledCopies, findInstalledCopies } from "./installed-copies.ts";
import { type Evidence, type Selection, judge } from "./judge.ts";
import { type Producer, dependsOnPath, producerOf } from "./producers.ts";
import { type RuleWriter, RuleWriters } from "./rule-writers.ts";
import { NO_PROJECT, type TouchedFiles, findTouched } from "./touched-files.ts";

export interface WriterFindings {
  /** Files that must not be linked, and why. */
  readonly apart: ApartPaths;
  /** Copies that were made from a build's files, from which they stay apart. */
  readonly installed: Places;
  /** Rows that their tool may touch without changing a byte, which does no harm. */
  readonly touched: ReadonlySet<number>;
}

export interface MatchedFiles {
  readonly files: FileTable;
  readonly sets: DuplicateSets;
  readonly classification: Classification;
}

export interface WriterOptions {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  /** Rows that were linked although their tool may touch them. */
  readonly touched: readonly number[];
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
  { files, sets, classification }: MatchedFiles,
  buildFiles: BuildFiles | undefined,
  options: WriterOptions,
  pool: WorkerPool,
): Promise<WriterFindings> {
  if (options.final || options.onlyClones)
    return { apart: new Map(), installed: new Map(), touched: new Set() };
  const rules = await findRules(files, sets, buildFiles, options.writers, pool);
  const counts = (kind: number): boolean => {
    const { byKind, byUser } = selectionOf(kind, options);
    return !byKind && !byUser;
  };
  const copies = await findInstalled(files, sets, buildFiles, rules, counts, pool);
  const installed = new Map([
    ...findCopiedProducts(files, sets, classification, rules, counts),
    ...Array.from(copies.keys(), (row): [number, string] => [row, INSTALLED]),
  ]);
  const roots = options.paths.map((path) => absolutePath(currentDir(), path));
  const search = findTouched(files, sets, roots, options.touched, buildFiles?.lookup);
  const touched: TouchedFiles = (await finishInSlices(search, () => pool.stopped)) ?? new Map();
  const judged = judgeFiles(files, sets, { rules, touched }, options);
  const apart = new Map([...copied(copies), ...judged]);
  const harmless = Array.from(touched).filter(([, reader]) => reader === undefined);
  return { apart, installed, touched: new Set(harmless.map(([row]) => row)) };
}

async function findInstalled(
  files: FileTable,
  sets: DuplicateSets,
  buildFiles: BuildFiles | undefined,
  rules: ReadonlyMap<number, RuleWriter>,
  counts: (kind: number) => boolean,
  pool: WorkerPool,
): Promise<InstalledCopies> {
  if (buildFiles === undefined) return new Map();
  const search = findInstalledCopies(files, sets, buildFiles.lookup, rules, counts);
  return (await finishInSlices(search, () => pool.stopped)) ?? new Map();
}

/** Installed copies into which the next installation writes. */
function* copied(copies: InstalledCopies): Generator<[number, StaysApart]> {
  for (const [row, makefile] of copies) {
    if (makefile === undefined) continue;
    const why = `the rule in ${relativeToCwd(makefile)} that installed it copies into the existing file, so the next installation would change every link to it; if nothing is installed there any more, use --final`;
    yield [row, { reason: "in-place-kind", why }];
  }
}

/** What is known about single files, by row. */
interface KnownFiles {
  readonly rules: ReadonlyMap<number, RuleWriter>;
  readonly touched: TouchedFiles;
}

function judgeFiles(
  files: FileTable,
  sets: DuplicateSets,
  { rules, touched }: KnownFiles,
  options: WriterOptions,
): ApartPaths {
  const apart = new Map<number, StaysApart>();
  const { kind } = files.columns;
  const judgeOf = (of: number, producers: number, row?: number): StaysApart | undefined => {
    const path = row === undefined ? "" : files.path(row);
    const producer = producerWith(options.writers, producers, of, path);
    const found = { rule: row === undefined ? undefined : rules.get(row), producer };
    const isTouched = row !== undefined && touched.has(row);
    const evidence = isTouched ? withReader(found, touched.get(row)) : found;
    return judge({ ...evidence, kind: KINDS[of] }, selectionOf(of, options));
  };
  const judgeWithoutRow = memoize(judgeOf);
  const isOfItsOwn = (row: number, set: number): boolean =>
    rules.has(row) ||
    touched.has(row) ||
    dependsOnPath(sets.producers[set], KINDS[kind[row]]?.name);
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    for (let i = from; i < to; i += 1) {
      for (let row = sets.members[i]; row >= 0; row = sets.nextLink[row]) {
        const reason = isOfItsOwn(row, set)
          ? judgeOf(kind[row], sets.producers[set], row)
          : judgeWithoutRow(kind[row], sets.producers[set]);
        if (reason !== undefined) apart.set(row, reason);
      }
    }
  }
  // A tool that may write in place changes all links of its file.
  for (const { group: set, from, to } of eachGroup(sets.starts)) {
    for (const inode of sets.members.subarray(from, to)) {
      const links = [...linksOf(sets.nextLink, inode)];
      const cause = links.length > 1 && links.find((row) => isOfItsOwn(row, set) && apart.has(row));
      if (typeof cause !== "number") continue;
      const { reason, why } = apart.get(cause) as StaysApart;
      const ofOther = `it is a hard link of ${files.path(cause)}, which stays apart: ${why}`;
      for (const row of links) if (!apart.has(row)) apart.set(row, { reason, why: ofOther });
    }
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

/** The tool that the content of a file of a kind names, with what the user says about it. */
function producerWith(
  overrides: WriterOverrides,
  producers: number,
  kind: number,
  path: BytePath,
): Producer | undefined {
  const producer = producers === 0 ? undefined : producerOf(producers, KINDS[kind]?.name, path);
  if (producer === undefined) return undefined;
  return { ...producer, effect: overrideOf(overrides, producer.command) ?? producer.effect };
}

/** What touches a file does no harm if nothing looks at its time. */
function withReader(
  { rule, producer }: Pick<Evidence, "rule" | "producer">,
  reader: BytePath | undefined,
): Pick<Evidence, "rule" | "producer"> {
  if (producer === undefined) return { rule, producer };
  if (reader !== undefined)
    return {
      rule,
      producer: { ...producer, reader: reader === NO_PROJECT ? reader : relativeToCwd(reader) },
    };
  const isOfRule = rule?.effect === "touch" && rule.command === producer.command;
  return {
    rule: isOfRule ? { ...rule, effect: "replace" } : rule,
    producer: producer.effect === "touch" ? { ...producer, effect: "replace" } : producer,
  };
}

/** The judgement of a kind and its producers, made once. */
function memoize(
  judgeOf: (kind: number, producers: number) => StaysApart | undefined,
): (kind: number, producers: number) => StaysApart | undefined {
  const known = new Map<number, (StaysApart | undefined | null)[]>();
  return (kind, producers) => {
    let byKind = known.get(producers);
    if (byKind === undefined)
      known.set(producers, (byKind = Array.from({ length: 256 }, () => null)));
    const judged = byKind[kind];
    return judged === null ? (byKind[kind] = judgeOf(kind, producers)) : judged;
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
