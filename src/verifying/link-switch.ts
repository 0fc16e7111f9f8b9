import { describeErrno } from "../errno-words.ts";
import { errnoOf } from "../errors.ts";
import type { FileTable } from "../file-table.ts";
import { disk } from "../fs/disk.ts";
import { folderCalls } from "../fs/folder-calls.ts";
import type { Outcomes, Plan, Problem } from "../model.ts";
import { commonTimes, putTimesBack, timesToPutBack } from "../replacing/folder-times.ts";
import { HeldFolders } from "../replacing/held-folders.ts";
import { giveOwnFile } from "../replacing/own-file.ts";
import { type SeenPlace, seenPlace } from "../replacing/seen-place.ts";
import { replaceName } from "../replacing/replace-name.ts";
import { type SeenInode, seenInode } from "../replacing/seen-inode.ts";
import type { Suspect } from "./suspects.ts";

/** Takes links back, and makes them again: each at any time leads to a whole file. */
export class LinkSwitch {
  readonly problems: Problem[] = [];
  /** Rows whose names lead to another file by now: a build has made it anew. */
  readonly remade = new Set<number>();
  /** Rows that have a file of their own again. */
  readonly takenBack = new Set<number>();
  readonly #files: FileTable;
  readonly #plan: Plan;
  readonly #outcomes: Outcomes;
  readonly #calls = folderCalls();
  /** Inodes whose ctime our own calls have moved: here all of them. */
  readonly #touched = new Set<bigint>();
  /** The file that stands for a former one, by its first row. */
  readonly #own = new Map<number, SeenInode>();
  #folders: HeldFolders;

  constructor(files: FileTable, plan: Plan, outcomes: Outcomes) {
    this.#files = files;
    this.#plan = plan;
    this.#outcomes = outcomes;
    this.#folders = new HeldFolders(files, { calls: this.#calls });
    for (const file of [...plan.names, ...outcomes.keepers])
      this.#touched.add(files.columns.inode[file]);
  }

  /** Gives each a file of its own again, of the same content, with the mode, owner and time that it had. */
  takeBack(suspects: readonly Suspect[]): void {
    this.#inFolders(suspects, (suspect) => this.#takeBack(suspect));
  }

  /** Looks which names lead to another file by now. */
  findRemade(suspects: readonly Suspect[]): void {
    for (const { rows } of suspects) {
      for (const row of rows) if (!this.#leadsTo(row, this.#keeperOf(row))) this.remade.add(row);
    }
  }

  /** Links what was taken back to its keeper again. */
  linkAgain(suspects: readonly Suspect[]): void {
    this.#inFolders(suspects, (suspect) => this.#linkAgain(suspect));
  }

  /** Folders keep their times: a build may look at these too. */
  #inFolders(suspects: readonly Suspect[], act: (suspect: Suspect) => void): void {
    this.#folders = new HeldFolders(this.#files, { calls: this.#calls });
    for (const suspect of suspects) act(suspect);
    const { folder } = this.#files.columns;
    const changed = new Set(
      suspects.flatMap(({ rows }) => rows.map((row) => folder[this.#plan.names[row]])),
    );
    const times = timesToPutBack(this.#files, [this.#folders.times()], changed, new Set());
    const notHeld = this.#folders.putBack(times);
    this.#folders.releaseAll();
    putTimesBack(this.#files, commonTimes(times, [notHeld]), this.#calls);
  }

  #takeBack({ rows }: Suspect): void {
    const { mode, uid, gid, mtime } = this.#files.columns;
    let first: { readonly row: number; readonly file: SeenInode } | undefined;
    for (const row of rows) {
      const name = this.#plan.names[row];
      const place = this.#placeOf(row, this.#keeperOf(row));
      if (place === undefined) continue;
      if (first !== undefined) {
        // Held again: other folders may have taken its room.
        const made = this.#placeOf(first.row, first.file);
        const outcome =
          made === undefined
            ? { type: "failed", code: "ESTALE" }
            : replaceName(this.#calls, made, place, this.#touched);
        if (outcome.type === "replaced") this.takenBack.add(row);
        else this.#note(row, outcome);
        continue;
      }
      const outcome = giveOwnFile(this.#calls, {
        content: place,
        target: place,
        by: "clone-or-copy",
        likeness: (like) => ({
          ...like,
          mode: mode[name],
          uid: uid[name],
          gid: gid[name],
          mtimeNs: mtime[name],
        }),
        touched: this.#touched,
      });
      if (outcome.type === "placed") {
        first = { row, file: outcome.file };
        this.#touched.add(outcome.file.inode);
        this.#own.set(rows[0], outcome.file);
        this.takenBack.add(row);
      } else {
        this.#note(row, outcome);
      }
    }
  }

  #linkAgain({ rows }: Suspect): void {
    const own = this.#own.get(rows[0]);
    if (own === undefined) return;
    for (const row of rows) {
      if (!this.takenBack.has(row)) continue;
      const target = this.#placeOf(row, own);
      const keeper = this.#keeperPlace(row);
      if (target === undefined || keeper === undefined) continue;
      if (replaceName(this.#calls, keeper, target, this.#touched).type === "replaced")
        this.takenBack.delete(row);
    }
  }

  #leadsTo(row: number, { inode, device }: SeenInode): boolean {
    try {
      const stat = disk.lstat(this.#files.path(this.#plan.names[row]));
      return stat.ino === inode && Number(stat.dev) === device;
    } catch (error) {
      errnoOf(error); // it is gone
      return false;
    }
  }

  #keeperOf(row: number): SeenInode {
    return seenInode(this.#files, this.#outcomes.keepers[row]);
  }

  #keeperPlace(row: number): SeenPlace | undefined {
    const file = this.#outcomes.keepers[row];
    const place = seenPlace(this.#files, this.#folders, file);
    return "errno" in place ? undefined : place;
  }

  #placeOf(row: number, seen: SeenInode): SeenPlace | undefined {
    const file = this.#plan.names[row];
    const place = seenPlace(this.#files, this.#folders, file);
    if ("errno" in place) {
      this.remade.add(row); // not the folder that it was
      return undefined;
    }
    return { ...place, seen };
  }

  #note(row: number, outcome: { readonly type: string; readonly code?: string }): void {
    if (outcome.code === undefined) {
      this.remade.add(row);
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
