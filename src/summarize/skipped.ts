import { type BytePath, compareBytes } from "../core/byte-path.ts";
import { eachGroup } from "../core/groups.ts";
import { type Lost, type MtimeBound, OPEN_FOR_WRITING, skipReasonOf } from "../core/model.ts";
import type { Skipped } from "../core/report.ts";
import type { Findings } from "./findings.ts";

/** How many paths `listSkipped` lists. */
export function countSkipped({ sets, plan, outcomes }: Findings): number {
  let count = sets.lost.size;
  for (let row = 0; row < plan.names.length; row += 1)
    if (skipReasonOf(outcomes.verdicts[row]) !== undefined) count += 1;
  return count;
}

/** Every path that is left alone for a reason, ordered by path. */
export function listSkipped(findings: Findings): Skipped[] {
  const { sets, plan, outcomes, extendedFiles } = findings;
  const { files } = findings.tree;
  const skipped: Skipped[] = [];
  for (const [file, how] of sets.lost)
    skipped.push({ path: files.path(file), ...describeLost(how) });
  for (const { from, to } of eachGroup(plan.starts)) {
    for (let row = from; row < to; row += 1) {
      const reason = skipReasonOf(outcomes.verdicts[row]);
      if (reason === undefined) continue;
      const entry = plan.store?.apart.get(plan.names[row]);
      const detail =
        outcomes.details.get(row) ??
        (entry === undefined
          ? undefined
          : describeEntryTime(findings, plan.names[row], (extendedFiles ?? files).path(entry))) ??
        describeSkip(reason, findings, plan.names[row], plan.names[from]);
      skipped.push({ path: files.path(plan.names[row]), reason, detail });
    }
  }
  return skipped.sort((a, b) => compareBytes(a.path, b.path));
}

function describeLost(how: Lost): Pick<Skipped, "reason" | "detail"> {
  if (how === "writer") return { reason: "changed", detail: OPEN_FOR_WRITING };
  return { reason: how, detail: `it ${how} while it was read` };
}

/** The message for a reason that comes without one. A reason that is missing here does not compile. */
function describeSkip(
  reason: Skipped["reason"],
  { tree: { files }, plan, options }: Findings,
  file: number,
  keptFile: number,
): string {
  const kept = files.path(keptFile);
  const equal = `equal to ${kept}, but`;
  const apart = plan.apart.get(file);
  if (apart?.reason === reason) return `${equal} ${apart.why}`;
  switch (reason) {
    case "mode": {
      const { mode } = files.columns;
      return mode[file] === mode[keptFile]
        ? `${equal} --protect made only one of them read-only (--ignore-mode links it)`
        : `${equal} its permission bits differ (--ignore-mode links it)`;
    }
    case "owner":
      return `${equal} its owner differs (--ignore-owner links it)`;
    case "time":
      if (!files.hasKnownTime(file))
        return `${equal} its modification time is not between 1677 and 2262, so that it cannot be compared`;
      return `${equal} its modification time differs`;
    case "name":
      return `${equal} its file name differs`;
    case "xattrs":
      return `${equal} its access list, capabilities or extended attributes differ, or cannot be compared here`;
    case "installed":
      return `${equal} one of the two looks like a copy that was made from the other, and cp or strip may write into it: link it with --kind, or with --final if nothing is built or installed there any more`;
    case "scope":
      return `${equal} --scope ${options.scope} keeps them apart`;
    case "changed":
      return "it changed during the run";
    case "vanished":
      return "it vanished during the run";
    case "would-rebuild":
      return describeMtimeBound(
        plan.bounds.get(file),
        files.columns.mtime[file],
        kept,
        options.newestTime,
      );
    case "rebuilt-before":
      return `${equal} its build made it again whenever it was linked`;
    case "link-limit":
      return "the kept file can have no more hard links; further duplicates are linked to this one";
    case "no-gain":
      return `${equal} it has no blocks of its own that could be freed`;
    case "forbidden":
      return `${equal} its directory does not let files be removed`;
    case "in-place-kind":
    case "unknown-writer":
      return `${equal} what writes it does not, or may not, replace it`;
  }
}

/** Why a path stays apart from a file of the store that it equals. */
function describeEntryTime({ plan, tree }: Findings, file: number, entry: BytePath): string {
  const { after, newest } = plan.bounds.get(file) ?? {};
  const why =
    after === undefined || after > tree.files.columns.mtime[file]
      ? "with the modification time of that file, the next build would rebuild something"
      : `with the modification time of that file it might be older than its prerequisite ${newest}`;
  return `equal to ${entry} in the store, but ${why} (--reflink shares the blocks only)`;
}

/**
 * Why a path stays apart with `would-rebuild`, and what to do about it.
 *
 * @param mtime The path's own modification time, nanoseconds.
 */
function describeMtimeBound(
  bound: MtimeBound | undefined,
  mtime: bigint,
  kept: BytePath,
  newestTime: boolean,
): string {
  const equal = `equal to ${kept}, but`;
  if (bound === undefined)
    return `${equal} it cannot have the same modification time: the next build would rebuild one of the two`;
  const { after, newest, stale, isLogged } = bound;
  if (isLogged && after !== undefined && mtime < after)
    return `its prerequisite ${newest} is newer: the next build rebuilds it, unless its rule in build.ninja has restat`;
  if (stale && after !== undefined && mtime < after)
    return `its prerequisite ${newest} is newer: the next build rebuilds it (finish the build, then link)`;
  if (stale)
    return "ninja's log does not list it as finished: the next build rebuilds it (finish the build, then link)";
  if (newestTime || after === undefined)
    return `${equal} with that file's modification time it would be newer than the files made from it, or than ninja's log says: the next build would rebuild something`;
  return `${equal} with that file's modification time it would be older than its prerequisite ${newest}: the next build would rebuild it`;
}
