import { describeErrno } from "../core/errno-messages.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { disk } from "../fs/disk.ts";
import { dirCalls } from "../fs/dir-calls.ts";
import type { Outcomes, Plan } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { DirHandleCache } from "../replace/dir-handle-cache.ts";
import { restoreDirTimesOf } from "../replace/restore-dir-times.ts";
import { breakLink } from "../replace/private-copy.ts";
import { type FileRef, fileRef } from "../replace/file-ref.ts";
import type { ReplaceOutcome } from "../replace/replace-outcome.ts";
import { replaceEntry } from "../replace/replace-entry.ts";
import { type FileSnapshot, snapshotOf } from "../replace/file-snapshot.ts";
import type { Suspect } from "./suspects.ts";

/** Takes links back, and makes them again: each at any time leads to a whole file. */
export class LinkReverter {
  readonly problems: Problem[] = [];
  /** Rows whose names lead to another file by now: a build has made it anew. */
  readonly rebuilt = new Set<number>();
  /** Rows that have a file of their own again. */
  readonly reverted = new Set<number>();
  readonly #files: FileTable;
  readonly #plan: Plan;
  readonly #outcomes: Outcomes;
  readonly #calls = dirCalls();
  /** Inodes whose ctime our own calls have moved: here all of them. */
  readonly #changedByUs = new Set<bigint>();
  /** The file that stands for a former one, by its first row. */
  readonly #own = new Map<number, FileSnapshot>();
  #dirs: DirHandleCache;

  constructor(files: FileTable, plan: Plan, outcomes: Outcomes) {
    this.#files = files;
    this.#plan = plan;
    this.#outcomes = outcomes;
    this.#dirs = new DirHandleCache(files, { calls: this.#calls });
    for (const file of [...plan.names, ...outcomes.keepers])
      this.#changedByUs.add(files.columns.inode[file]);
  }

  /** Gives each a file of its own again, of the same content, with the mode, owner and time that it had. */
  revert(suspects: readonly Suspect[]): void {
    this.#inDirs(suspects, (suspect) => this.#revert(suspect));
  }

  /** Looks which names lead to another file by now. */
  findRebuilt(suspects: readonly Suspect[]): void {
    for (const { rows } of suspects) {
      for (const row of rows) if (!this.#leadsTo(row, this.#keeperOf(row))) this.rebuilt.add(row);
    }
  }

  /** Links what was taken back to its keeper again. */
  relink(suspects: readonly Suspect[]): void {
    this.#inDirs(suspects, (suspect) => this.#relink(suspect));
  }

  /** Directories keep their times: a build may look at these too. */
  #inDirs(suspects: readonly Suspect[], act: (suspect: Suspect) => void): void {
    this.#dirs = new DirHandleCache(this.#files, { calls: this.#calls });
    for (const suspect of suspects) act(suspect);
    const { dir } = this.#files.columns;
    const changed = new Set(
      suspects.flatMap(({ rows }) => rows.map((row) => dir[this.#plan.names[row]])),
    );
    restoreDirTimesOf(this.#dirs, this.#files, changed);
  }

  #revert({ rows }: Suspect): void {
    const { mode, uid, gid, mtime } = this.#files.columns;
    let first: { readonly row: number; readonly file: FileSnapshot } | undefined;
    for (const row of rows) {
      const name = this.#plan.names[row];
      const place = this.#placeOf(row, this.#keeperOf(row));
      if (place === undefined) continue;
      if (first !== undefined) {
        // Held again: other directories may have taken its room.
        const made = this.#placeOf(first.row, first.file);
        const outcome =
          made === undefined ? { type: "failed", code: "ESTALE" } : this.#replace(made, place);
        if (outcome.type === "replaced") this.reverted.add(row);
        else this.#note(row, outcome);
        continue;
      }
      const outcome = breakLink(this.#calls, {
        source: place,
        target: place,
        method: "clone-or-copy",
        editMetadata: (like) => ({
          ...like,
          mode: mode[name],
          uid: uid[name],
          gid: gid[name],
          mtimeNs: mtime[name],
        }),
        changedByUs: this.#changedByUs,
      });
      if (outcome.type === "placed") {
        first = { row, file: outcome.file };
        this.#changedByUs.add(outcome.file.ino);
        this.#own.set(rows[0], outcome.file);
        this.reverted.add(row);
      } else {
        this.#note(row, outcome);
      }
    }
  }

  #relink({ rows }: Suspect): void {
    const own = this.#own.get(rows[0]);
    if (own === undefined) return;
    for (const row of rows) {
      if (!this.reverted.has(row)) continue;
      const target = this.#placeOf(row, own);
      const keeper = this.#keeperPlace(row);
      if (target === undefined || keeper === undefined) continue;
      if (this.#replace(keeper, target).type === "replaced") this.reverted.delete(row);
    }
  }

  #replace(keeper: FileRef, target: FileRef): ReplaceOutcome {
    return replaceEntry({ calls: this.#calls, keeper, target, changedByUs: this.#changedByUs });
  }

  #leadsTo(row: number, { ino, dev }: FileSnapshot): boolean {
    const stat = tryErrno(() => disk.lstat(this.#files.path(this.#plan.names[row])));
    return !isErrno(stat) && stat.ino === ino && Number(stat.dev) === dev;
  }

  #keeperOf(row: number): FileSnapshot {
    return snapshotOf(this.#files, this.#outcomes.keepers[row]);
  }

  #keeperPlace(row: number): FileRef | undefined {
    const file = this.#outcomes.keepers[row];
    const place = fileRef(this.#files, this.#dirs, file);
    return isErrno(place) ? undefined : place;
  }

  #placeOf(row: number, snapshot: FileSnapshot): FileRef | undefined {
    const file = this.#plan.names[row];
    const place = fileRef(this.#files, this.#dirs, file);
    if (isErrno(place)) {
      this.rebuilt.add(row); // not the directory that it was
      return undefined;
    }
    return { ...place, snapshot };
  }

  #note(row: number, outcome: { readonly type: string; readonly code?: string }): void {
    if (outcome.code === undefined) {
      this.rebuilt.add(row);
      return;
    }
    const path = this.#files.path(this.#plan.names[row]);
    this.problems.push({
      path,
      code: outcome.code,
      message: `the link cannot be taken back: ${describeErrno(outcome.code)}`,
    });
  }
}
