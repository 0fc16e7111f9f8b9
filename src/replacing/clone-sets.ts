import { describeErrno } from "../errno-words.ts";
import type { FileTable } from "../file-table.ts";
import type { FolderCalls } from "../fs/folder-calls.ts";
import { NO_WAYS, type Problem, Verdict, skipVerdict } from "../model.ts";
import { BREATHE_AFTER, breathe } from "../breathe.ts";
import type { HeldFolders } from "./held-folders.ts";
import { type NameOutcome, keeperGone, targetGone } from "./name-outcome.ts";
import { type OwnFileOutcome, giveOwnFile } from "./own-file.ts";
import { replaceName } from "./replace-name.ts";
import type { ReplaceResult, ReplaceWork } from "./replace-sets.ts";
import type { SeenInode } from "./seen-inode.ts";
import { type SeenPlace, seenPlace } from "./seen-place.ts";
import { shareBlocks } from "./share-blocks.ts";

/**
 * Carries out the rows that say `clone`, an inode at a time: its rows stand one after another. The kernel
 * is asked to share the blocks of the file as it is; where it cannot, a clone takes the file's place
 * under every name.
 */
export async function cloneSets(
  files: FileTable,
  work: ReplaceWork,
  stopped: () => boolean,
  folders: HeldFolders,
): Promise<ReplaceResult> {
  const verdicts = work.verdicts.slice();
  const details: [number, string][] = [];
  const problems: Problem[] = [];
  const context: Context = { files, calls: folders.calls, folders, touched: new Set() };
  const ways = { ...NO_WAYS };
  let tried = 0;
  for (let row = 0; row < work.names.length;) {
    const rows = rowsOfInode(files, work, row);
    row += rows.length;
    if (work.verdicts[rows[0]] !== Verdict.clone) continue;
    if (stopped()) {
      for (const one of rows) verdicts[one] = Verdict.pending;
      continue;
    }
    const names = rows.map((one) => work.names[one]);
    const done = cloneInode(context, work.keepers[rows[0]], names);
    if (done.way !== undefined) ways[done.way] += 1;
    rows.forEach((one, i) => {
      const { verdict, detail, code } = done.names[i] ?? done.names[0];
      verdicts[one] = verdict;
      if (detail !== undefined) details.push([one, detail]);
      if (code !== undefined) {
        problems.push({ path: files.path(work.names[one]), code, message: wordsOf(code) });
      }
    });
    tried += 1;
    if (tried % BREATHE_AFTER === 0) await breathe();
  }
  return { verdicts, keepers: work.keepers.slice(), details, problems, ways };
}

function rowsOfInode(files: FileTable, { names }: ReplaceWork, first: number): number[] {
  const rows = [first];
  for (
    let row = first + 1;
    row < names.length && files.sameInode(names[first], names[row]);
    row += 1
  ) {
    rows.push(row);
  }
  return rows;
}

interface Context {
  readonly files: FileTable;
  readonly calls: FolderCalls;
  readonly folders: HeldFolders;
  readonly touched: Set<bigint>;
}

interface NameDone {
  readonly verdict: number;
  readonly detail?: string;
  readonly code?: string;
}

/** What became of an inode: of each of its names, or of all alike. */
interface InodeDone {
  readonly way?: "clone" | "dedupeRange";
  readonly names: readonly [NameDone, ...NameDone[]];
}

const CLONED: NameDone = { verdict: Verdict.cloned };

function cloneInode(context: Context, keeper: number, names: readonly number[]): InodeDone {
  const target = seenPlace(context.files, context.folders, names[0]);
  if ("errno" in target) return all(targetGone(target.errno));
  const kept = seenPlace(context.files, context.folders, keeper);
  if ("errno" in kept) return all(keeperGone(kept.errno));
  const shared = shareBlocks(kept, target);
  if (shared.type === "refused") return cloneBeside(context, kept, target, names);
  if (shared.type !== "shared") return all(shared);
  if (shared.bytes > 0) return { way: "dedupeRange", names: [CLONED] };
  return { names: [{ verdict: skipVerdict("no-gain") }] };
}

/** The old inode goes, so all its names must be known. */
function cloneBeside(
  context: Context,
  keeper: SeenPlace,
  target: SeenPlace,
  names: readonly number[],
): InodeDone {
  const { calls, files, touched } = context;
  if (files.columns.links[names[0]] > names.length) {
    const detail = "it has a name elsewhere, which would keep its blocks";
    return { names: [{ verdict: skipVerdict("no-gain"), detail }] };
  }
  const outcome = giveOwnFile(calls, { content: keeper, target, by: "clone", touched });
  if (outcome.type !== "placed") return all(outcome);
  touched.add(outcome.file.inode);
  const others = names.slice(1).map((name) => linkToClone(context, names[0], outcome.file, name));
  return { way: "clone", names: [CLONED, ...others] };
}

/** A further name of the file that was replaced by a clone: one file as before. */
function linkToClone(context: Context, first: number, seen: SeenInode, name: number): NameDone {
  const target = seenPlace(context.files, context.folders, name);
  if ("errno" in target) return doneOf(targetGone(target.errno));
  // Held again: its folder may have made room for those of many other names.
  const made = seenPlace(context.files, context.folders, first);
  if ("errno" in made) return doneOf(targetGone(made.errno));
  return doneOf(replaceName(context.calls, { ...made, seen }, target, context.touched));
}

function all(outcome: NameOutcome | Exclude<OwnFileOutcome, { type: "placed" }>): InodeDone {
  return { names: [doneOf(outcome)] };
}

function doneOf(outcome: NameOutcome): NameDone {
  switch (outcome.type) {
    case "replaced":
    case "already":
      return CLONED;
    case "vanished":
      return { verdict: skipVerdict("vanished") };
    case "changed":
      return { verdict: skipVerdict("changed"), detail: outcome.detail };
    case "keeper-lost":
      return {
        verdict: skipVerdict("changed"),
        detail: `the file to clone is not what was compared: ${outcome.detail}`,
      };
    case "failed":
    case "keeper-refused":
      return { verdict: Verdict.failed, code: outcome.code };
    case "keeper-full":
      return { verdict: Verdict.failed, code: "EMLINK" };
    case "other-mount":
      return { verdict: Verdict.failed, code: "EXDEV" };
  }
}

/** Where the file system clones, it refuses single files for reasons of its own. */
function wordsOf(code: string): string {
  if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") return describeErrno(code);
  return "the file system does not share the blocks of this file (one without copy-on-write or checksums?)";
}
