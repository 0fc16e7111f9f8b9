import { type ClassifyOptions, classify } from "../classify/classify.ts";
import { cleanUpLeftovers } from "../cleanup/clean-up-leftovers.ts";
import type { FileTable } from "../core/file-table.ts";
import type { CandidateGroups, Classification, DuplicateSets, Tree } from "../core/model.ts";
import { group } from "../group/group.ts";
import { matchDigests } from "../match/match-digests.ts";
import { type MatchSettings, match } from "../match/match.ts";
import { waitForMtimeTick } from "../walk/wait-for-mtime-tick.ts";
import { type WalkOptions, walk } from "../walk/walk.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

export interface TreeSettings extends WalkOptions {
  /** The command is going to change the files of the tree. */
  readonly changesDisk: boolean;
}

export interface FindSettings extends TreeSettings, ClassifyOptions, MatchSettings {
  /** Only the files of these variants take part; undefined: all files. */
  readonly variants: ReadonlySet<string> | undefined;
}

/** The files below some roots, and which of them are equal. */
export interface Duplicates {
  readonly tree: Tree;
  readonly classification: Classification;
  /** Whether a row takes part. */
  readonly isSelected: (file: number) => boolean;
  readonly sets: DuplicateSets;
}

/** Walks the roots, groups the files that may be equal, and proves which are: the first half of every command that compares files. */
export async function findDuplicates(
  settings: FindSettings,
  pool: WorkerPool,
): Promise<Duplicates> {
  return findDuplicatesIn(await walkTree(settings, pool), settings, pool);
}

/** What another part of a command knows about the files. */
export interface MatchInputs {
  /** Compute the SHA-256 of the content of every file, except of those that are known. */
  readonly digests?: { readonly isKnown: (file: number) => boolean } | undefined;
  /** Leaves out candidate groups that need not be compared. Not called with `digests`. */
  readonly drop?: (files: FileTable, groups: CandidateGroups) => CandidateGroups;
}

/** `findDuplicates` in a tree that was walked already. */
export async function findDuplicatesIn(
  walked: Tree,
  settings: FindSettings,
  pool: WorkerPool,
  { digests, drop = (_, groups) => groups }: MatchInputs = {},
): Promise<Duplicates> {
  const early = settings.variants && classify(walked.files, settings);
  const isSelected = selectByVariant(early, settings.variants);
  const all = group(walked.files, { isSelected, withSingles: digests !== undefined });
  // The store needs a digest of every file.
  const groups = digests === undefined ? drop(walked.files, all) : all;
  const files = walked.files.withKinds(groups.kinds);
  const sets =
    digests === undefined
      ? await match(files, groups, settings, pool)
      : await matchDigests(files, groups, settings, digests.isKnown, pool);
  const classification = early ?? classify(files, settings);
  const tree = { ...walked, files: files.withKinds(sets.kinds) };
  return { tree, classification, isSelected, sets };
}

/**
 * Walks the roots. Before a command changes files, what interrupted runs have left is cleaned up, and the
 * youngest file is older than a tick of the file system's clock.
 */
export async function walkTree(settings: TreeSettings, pool: WorkerPool): Promise<Tree> {
  let tree = await walk(settings, pool);
  if (!settings.changesDisk || pool.stopped) return tree;
  // Cleaning up changes files that the walk has seen.
  const { cleaned, kept } = cleanUpLeftovers(tree.temporaries, tree.files);
  if (cleaned > 0) tree = await walk(settings, pool);
  tree = { ...tree, problems: [...tree.problems, ...kept] };
  await waitForMtimeTick(tree.files);
  return tree;
}

/** Whether a variant is one of those asked for: `O2` selects `O2+pic` too. */
export function isVariantOf(name: string, asked: string): boolean {
  return name === asked || name.split("+").includes(asked);
}

function selectByVariant(
  classification: Classification | undefined,
  asked: ReadonlySet<string> | undefined,
): (file: number) => boolean {
  if (asked === undefined || classification === undefined) return () => true;
  const { variant, variants } = classification;
  const isAsked = variants.map((name) => [...asked].some((each) => isVariantOf(name, each)));
  return (file) => isAsked[variant[file]];
}
