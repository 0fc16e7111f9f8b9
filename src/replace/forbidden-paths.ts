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
    const stat = this.#statOf(dir);
    // What is wrong with a directory that cannot be read is reported when its files are replaced.
    if (stat === undefined) return undefined;
    const rules = removalRules(stat);
    if (rules.flag !== undefined || rules.onlyOf !== undefined) return { rules, why: undefined };
    const why = this.#mayProbe ? this.#probe(file) : undefined;
    return why === undefined ? undefined : { rules, why };
  }

  #statOf(dir: number): FileStat | undefined {
    if (this.#top === undefined) return undefined;
    const path = absolutePath(this.#cwd, this.#files.dirPath(dir));
    const stat = this.#calls.stat(this.#top, `${path.slice(1)}/.`);
    return isErrno(stat) ? undefined : stat;
  }

  #probe(file: number): string | undefined {
    const opened = this.#opener.open(this.#files.columns.dir[file]);
    if (isErrno(opened)) return undefined;
    const refused = probeRemoval(opened.handle, this.#files.name(file));
    this.#calls.close(opened.handle);
    if (refused === undefined) return undefined;
    return `its directory does not let files be removed: ${describeErrno(refused.code)}`;
  }
}
