import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import { isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { entryRef } from "../replace/file-ref.ts";
import { type FileSnapshot, snapshotOf } from "../replace/file-snapshot.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import {
  type ReplaceOutcome,
  keeperUnavailable,
  problemOf,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import type { ExecuteContext, RowOutcome } from "./outcome-collector.ts";

/** A file that others can be linked to. */
interface Candidate {
  readonly file: number;
  /** Its row in the plan; undefined if it is not in the set. */
  readonly row: number | undefined;
}

/** The state of one set while its rows are executed. */
interface LinkState {
  readonly context: ExecuteContext;
  /** The rows of the set: `from` to `to - 1`. */
  readonly from: number;
  readonly to: number;
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
  /** The keeper that was used last. */
  keeper:
    | { readonly file: number; readonly name: BytePath; readonly snapshot: FileSnapshot }
    | undefined;
  /** By planned keeper: the files that can be linked to in its place, in the order in which they are tried. */
  readonly candidates: Map<number, Candidate[]>;
  /** By inode that became a keeper: the outcome of its links. */
  readonly becameKeeper: Map<bigint, RowOutcome>;
  /** The links of the set by inode number. Built when it is first needed, which is rare. */
  membersByInode: ReadonlyMap<bigint, number> | undefined;
}

/**
 * Replaces the files of one set, rows `from` to `to - 1`, by links to their keepers. A keeper may turn out to be unusable: it has the maximum
 * number of links, it is on another mount, or it changed. The file that was to be replaced then becomes the keeper
 * of the files after it.
 */
export async function linkRows(context: ExecuteContext, from: number, to: number): Promise<void> {
  const { plan, outcomes, stopped, isYieldDue } = context;
  const state: LinkState = {
    context,
    from,
    to,
    changedByUs: new Set(),
    keeper: undefined,
    candidates: new Map(),
    becameKeeper: new Map(),
    membersByInode: undefined,
  };
  for (let row = from; row < to; row += 1) {
    if (plan.verdicts[row] !== Verdict.replace) continue;
    if (stopped()) {
      outcomes.record(row, { verdict: Verdict.pending });
      continue;
    }
    outcomes.record(row, linkRow(state, row));
    if (isYieldDue()) await yieldToEventLoop();
  }
}

/** Tries the candidates in turn. If none can be linked to, the file itself becomes one. */
function linkRow(state: LinkState, row: number): RowOutcome {
  const { files, plan, outcomes } = state.context;
  const { becameKeeper } = state;
  const file = plan.names[row];
  const inode = files.columns.inode[file];
  const known = becameKeeper.get(inode);
  if (known !== undefined) return { ...known, keeper: file };
  const candidates = candidatesFor(state, plan.keepers[row]);
  let own: RowOutcome = { verdict: Verdict.keep };
  for (const candidate of [...candidates]) {
    const { file: keeper } = candidate;
    const outcome = replaceByLink(state, keeper, file);
    switch (outcome.type) {
      case "replaced":
        outcomes.methods[outcome.method] += 1;
        return { verdict: Verdict.replaced, keeper, ctimeNs: outcome.ctimeNs };
      case "already":
        return { verdict: Verdict.keep, keeper };
      case "changed":
        return { verdict: skipVerdict("changed"), detail: outcome.detail, keeper: file };
      case "vanished":
        return { verdict: skipVerdict("vanished"), keeper: file };
      case "forbidden":
        return { verdict: skipVerdict("forbidden"), detail: outcome.detail, keeper: file };
      case "failed":
        return { verdict: Verdict.failed, problem: problemOf(files, file, outcome), keeper: file };
      case "keeper-full":
        own = { verdict: skipVerdict("link-limit") };
        break;
      case "keeper-lost":
        own = recordLostKeeper(state, candidate, outcome) ?? own;
        break;
      case "keeper-refused":
        own = recordRefusedKeeper(state, candidate, outcome.code) ?? own;
        break;
      case "other-mount":
        // It stays a candidate for the files on its own mount. A keeper outside the set is there for all files.
        if (candidate.row !== undefined) continue;
        own = recordRefusedKeeper(state, candidate, "EXDEV") ?? own;
        break;
    }
    candidates.splice(candidates.indexOf(candidate), 1);
  }
  candidates.push({ file, row });
  becameKeeper.set(inode, own);
  return { ...own, keeper: file };
}

function candidatesFor(
  { context: { plan }, from, to, candidates }: LinkState,
  planned: number,
): Candidate[] {
  const known = candidates.get(planned);
  if (known !== undefined) return known;
  const row = plan.names.subarray(0, to).indexOf(planned, from);
  const first = [{ file: planned, row: row < 0 ? undefined : row }];
  candidates.set(planned, first);
  return first;
}

/**
 * Records why nothing more can be linked to a keeper.
 *
 * @returns The outcome for the file that was to be linked, if the keeper has no row to record it at.
 */
function recordLostKeeper(
  { context: { files, outcomes } }: LinkState,
  { file, row }: Candidate,
  { how, detail }: Extract<ReplaceOutcome, { type: "keeper-lost" }>,
): RowOutcome | undefined {
  if (row === undefined) {
    const path = files.path(file);
    return {
      verdict: skipVerdict("changed"),
      detail: `the file to link to, ${path}, is not what was compared: ${detail}`,
    };
  }
  outcomes.record(row, { verdict: skipVerdict(how), detail });
  return undefined;
}

/** As `recordLostKeeper`, for a keeper that the system does not let us link. */
function recordRefusedKeeper(
  { context: { files, outcomes } }: LinkState,
  { file, row }: Candidate,
  code: string,
): RowOutcome | undefined {
  const message = `the others cannot be linked to it: ${describeErrno(code)}`;
  const problem = { path: files.path(file), code, message };
  if (row === undefined) return { verdict: Verdict.failed, problem };
  outcomes.record(row, { verdict: Verdict.failed, problem });
  return undefined;
}

function replaceByLink(state: LinkState, keeper: number, file: number): ReplaceOutcome {
  const { files, dirs } = state.context;
  const { calls } = dirs;
  const { changedByUs } = state;
  const target = entryRef(files, dirs, file);
  if (isErrno(target)) return targetUnavailable(target);
  if (state.keeper?.file !== keeper)
    state.keeper = { file: keeper, name: files.name(keeper), snapshot: snapshotOf(files, keeper) };
  const source = entryRef(files, dirs, keeper, state.keeper);
  if (isErrno(source)) return keeperUnavailable(source);
  const outcome = replaceEntry({ calls, keeper: source, target, changedByUs });
  if (outcome.type !== "changed" || outcome.leadsTo === undefined) return outcome;
  // Another run, perhaps on a part of the tree, may have linked the name to another file of the set.
  const member = memberOf(state, outcome.leadsTo);
  if (member === undefined || !haveSameOwner(files, member, file)) return outcome;
  const snapshot = snapshotOf(files, member);
  return replaceEntry({ calls, keeper: source, target: { ...target, snapshot }, changedByUs });
}

function memberOf(state: LinkState, inode: bigint): number | undefined {
  const { files, plan } = state.context;
  const names = plan.names.subarray(state.from, state.to);
  state.membersByInode ??= new Map(Array.from(names, (name) => [files.columns.inode[name], name]));
  return state.membersByInode.get(inode);
}

function haveSameOwner({ columns: { mode, uid, gid } }: FileTable, a: number, b: number): boolean {
  return mode[a] === mode[b] && uid[a] === uid[b] && gid[a] === gid[b];
}
