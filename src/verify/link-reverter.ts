import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Outcomes, Plan } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import { disk } from "../fs/disk.ts";
import { DirHandleCache } from "../replace/dir-handle-cache.ts";
import { type FileRef, fileRef } from "../replace/file-ref.ts";
import { type FileSnapshot, snapshotOf } from "../replace/file-snapshot.ts";
import { type PrivateCopyOutcome, breakLink } from "../replace/private-copy.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import {
  type NotReplaced,
  type ReplaceOutcome,
  keeperUnavailable,
  targetUnavailable,
} from "../replace/replace-outcome.ts";
import { restoreDirTimesOf } from "../replace/restore-dir-times.ts";
import type { Suspect } from "./suspects.ts";

/** Reverts links, and makes them again. At every moment each path leads to a complete file. */
export class LinkReverter {
  readonly problems: Problem[] = [];
  /** Plan rows of paths that no longer lead to the file that they were linked to: a build has replaced it. */
  readonly rebuilt = new Set<number>();
  /** Plan rows of paths that have a private file again. */
  readonly reverted = new Set<number>();
  readonly #files: FileTable;
  readonly #plan: Plan;
  readonly #outcomes: Outcomes;
  readonly #calls = dirCalls();
  /** Inodes whose ctime this run's own calls have changed: all of the plan. */
  readonly #changedByUs = new Set<bigint>();
  /** By the first row of a suspect: the private file that it got. */
  readonly #privateFiles = new Map<number, FileSnapshot>();

  constructor(files: FileTable, plan: Plan, outcomes: Outcomes) {
    this.#files = files;
    this.#plan = plan;
    this.#outcomes = outcomes;
    for (const column of [plan.names, outcomes.keepers])
      for (const file of column) this.#changedByUs.add(files.columns.inode[file]);
  }

  /** Finds paths that no longer lead to their keeper. */
  findRebuilt(suspects: readonly Suspect[]): void {
    for (const row of suspects.flatMap(({ rows }) => rows)) {
      const { ino, dev } = this.#keeperOf(row);
      const stat = tryErrno(() => disk.lstat(this.#files.path(this.#plan.names[row])));
      if (isErrno(stat) || stat.ino !== ino || Number(stat.dev) !== dev) this.rebuilt.add(row);
    }
  }

  /** Gives each suspect a private file again, with the mode, owner and time that it had. */
  revert(suspects: readonly Suspect[]): void {
    this.#keepingDirTimes(suspects, (dirs, suspect) => this.#revert(dirs, suspect));
  }

  /** Links reverted suspects to their keepers again. */
  relink(suspects: readonly Suspect[]): void {
    this.#keepingDirTimes(suspects, (dirs, suspect) => this.#relink(dirs, suspect));
  }

  /** Restores the times of the directories afterwards, because a build may depend on these, too. */
  #keepingDirTimes(
    suspects: readonly Suspect[],
    change: (dirs: DirHandleCache, suspect: Suspect) => void,
  ): void {
    const dirs = new DirHandleCache(this.#files, { calls: this.#calls });
    const changed = new Set<number>();
    for (const suspect of suspects) {
      change(dirs, suspect);
      for (const row of suspect.rows) changed.add(this.#files.columns.dir[this.#plan.names[row]]);
    }
    restoreDirTimesOf(dirs, this.#files, changed);
  }

  /** Makes one private file, and links the other paths of the suspect to it. */
  #revert(dirs: DirHandleCache, { rows }: Suspect): void {
    let first: { readonly row: number; readonly file: FileSnapshot } | undefined;
    for (const row of rows) {
      const target = this.#refTo(dirs, row, this.#keeperOf(row));
      if (isErrno(target)) {
        this.#recordFailure(row, targetUnavailable(target));
      } else if (first === undefined) {
        const outcome = this.#breakLink(target, row);
        if (outcome.type === "placed") first = { row, file: outcome.file };
        else this.#recordFailure(row, outcome);
      } else {
        // Opened again, as the cache may have closed its directory.
        const source = this.#refTo(dirs, first.row, first.file);
        const outcome = isErrno(source) ? keeperUnavailable(source) : this.#link(source, target);
        if (outcome.type === "replaced") this.reverted.add(row);
        else this.#recordFailure(row, outcome);
      }
    }
    if (first !== undefined) this.#privateFiles.set(rows[0], first.file);
  }

  #relink(dirs: DirHandleCache, { rows }: Suspect): void {
    const file = this.#privateFiles.get(rows[0]);
    if (file === undefined) return;
    for (const row of rows) {
      if (!this.reverted.has(row)) continue;
      const target = this.#refTo(dirs, row, file);
      const keeper = fileRef(this.#files, dirs, this.#outcomes.keepers[row]);
      if (isErrno(target) || isErrno(keeper)) continue;
      if (this.#link(keeper, target).type === "replaced") this.reverted.delete(row);
    }
  }

  #breakLink(target: FileRef, row: number): PrivateCopyOutcome {
    const { mode, uid, gid, mtime } = this.#files.columns;
    const name = this.#plan.names[row];
    const outcome = breakLink(this.#calls, {
      source: target,
      target,
      method: "clone-or-copy",
      editMetadata: (metadata) => ({
        ...metadata,
        mode: mode[name],
        uid: uid[name],
        gid: gid[name],
        mtimeNs: mtime[name],
      }),
      changedByUs: this.#changedByUs,
    });
    if (outcome.type === "placed") {
      this.#changedByUs.add(outcome.file.ino);
      this.reverted.add(row);
    }
    return outcome;
  }

  #link(keeper: FileRef, target: FileRef): ReplaceOutcome {
    return replaceEntry({ calls: this.#calls, keeper, target, changedByUs: this.#changedByUs });
  }

  #keeperOf(row: number): FileSnapshot {
    return snapshotOf(this.#files, this.#outcomes.keepers[row]);
  }

  /** The path of a row, and the file that it is expected to lead to. */
  #refTo(dirs: DirHandleCache, row: number, snapshot: FileSnapshot): Result<FileRef> {
    const ref = fileRef(this.#files, dirs, this.#plan.names[row]);
    return isErrno(ref) ? ref : { ...ref, snapshot };
  }

  #recordFailure(row: number, outcome: NotReplaced): void {
    if (!("code" in outcome)) {
      this.rebuilt.add(row);
      return;
    }
    const { code } = outcome;
    const message = `its link cannot be reverted: ${describeErrno(code)}`;
    this.problems.push({ path: this.#files.path(this.#plan.names[row]), code, message });
  }
}
