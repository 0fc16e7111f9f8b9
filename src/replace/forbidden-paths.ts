import { absolutePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno } from "../core/result.ts";
import type { DirCalls, DirHandle } from "../fs/dir-calls.ts";
import { currentDir, type FileStat } from "../fs/disk.ts";
import { dirCalls } from "../fs/native-dir-calls.ts";
import { probeRemoval } from "../fs/removal-probe.ts";
import { DirOpener } from "./dir-opener.ts";
import { type RemovalRules, removalRules, whyNotRemovable } from "./removal-rules.ts";

interface KnownDir {
  readonly rules: RemovalRules;
  /** What a trial has shown. */
  readonly why: string | undefined;
}

/** Finds files that cannot be replaced because their directories do not let files be removed. */
export class ForbiddenPaths {
  readonly #files: FileTable;
  readonly #calls: DirCalls;
  readonly #opener: DirOpener;
  readonly #mayProbe: boolean;
  readonly #cwd = currentDir();
  readonly #top: DirHandle | undefined;
  /** By directory; undefined if nothing is known to prevent a removal. */
  readonly #known = new Map<number, KnownDir | undefined>();

  /** @param mayProbe Also find out what only a trial shows. It changes nothing, but a dry run makes none. */
  constructor(files: FileTable, mayProbe: boolean, calls: DirCalls = dirCalls()) {
    this.#files = files;
    this.#calls = calls;
    this.#opener = new DirOpener(files, calls);
    this.#mayProbe = mayProbe;
    const top = calls.openBase("/");
    this.#top = isErrno(top) ? undefined : top;
  }

  /**
   * Why a file cannot be replaced; undefined if nothing is known to prevent it.
   *
   * @param keeper The file that is to take its place.
   */
  why(file: number, keeper: number = file): string | undefined {
    const { dir, uid } = this.#files.columns;
    if (!this.#known.has(dir[file])) this.#known.set(dir[file], this.#look(file));
    const known = this.#known.get(dir[file]);
    if (known === undefined) return undefined;
    return whyNotRemovable(known.rules, [uid[keeper], uid[file]]) ?? known.why;
  }

  close(): void {
    this.#opener.close();
    if (this.#top !== undefined) this.#calls.close(this.#top);
  }

  #look(file: number): KnownDir | undefined {
    const dir = this.#files.columns.dir[file];
    const opened = this.#mayProbe ? this.#opener.open(dir) : undefined;
    if (opened === undefined || isErrno(opened)) {
      const stat = this.#statOf(dir);
      // What is wrong with a directory that cannot be read is reported when its files are replaced.
      const rules = stat === undefined ? undefined : removalRules(stat);
      return rules === undefined || isFree(rules) ? undefined : { rules, why: undefined };
    }
    const { handle, stat } = opened;
    const rules = removalRules(stat);
    const why = isFree(rules) ? this.#probe(handle, file) : undefined;
    this.#calls.close(handle);
    return isFree(rules) && why === undefined ? undefined : { rules, why };
  }

  #statOf(dir: number): FileStat | undefined {
    if (this.#top === undefined) return undefined;
    const path = absolutePath(this.#cwd, this.#files.dirPath(dir));
    const stat = this.#calls.stat(this.#top, `${path.slice(1)}/.`);
    return isErrno(stat) ? undefined : stat;
  }

  #probe(handle: DirHandle, file: number): string | undefined {
    const refused = probeRemoval(this.#calls, handle, this.#files.name(file));
    if (refused === undefined) return undefined;
    return `its directory does not let files be removed: ${describeErrno(refused.code)}`;
  }
}

function isFree({ flag, onlyOf }: RemovalRules): boolean {
  return flag === undefined && onlyOf === undefined;
}
