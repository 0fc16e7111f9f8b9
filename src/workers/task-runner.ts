import type { FileCalls } from "../fs/file-calls.ts";
import { FileTable } from "../core/file-table.ts";
import { readFirstBlocks } from "../match/first-block-batch.ts";
import {
  type MatchCaches,
  type MatchOptions,
  makeMatchCaches,
  matchGroups,
} from "../match/match-groups.ts";
import { cloneSets } from "../apply/clone-sets.ts";
import { DirHandleCache } from "../replace/dir-handle-cache.ts";
import { locateBlocks } from "../extents/locate-blocks.ts";
import { replaceSets } from "../apply/replace-sets.ts";
import { unshareFiles } from "../unshare/unshare-files.ts";
import { readDirs } from "../walk/read-directories.ts";
import { type CompiledRules, compileRules } from "../walk/walk-rules.ts";
import { TableChunkBuilder } from "../walk/table-chunk.ts";
import type { ResultOf, Task } from "./tasks.ts";

/**
 * One thread's hands: does a task synchronously, and remembers what later tasks need. The main thread has
 * one for small trees, every worker thread has one.
 */
export class TaskRunner {
  readonly #part = new TableChunkBuilder();
  #rules: CompiledRules | undefined;
  #table: FileTable | undefined;
  #dirs: DirHandleCache | undefined;
  #matching: MatchCaches | undefined;
  readonly #stop: Int32Array;
  readonly #calls: () => FileCalls;
  readonly #threads: number;

  /**
   * @param stop Its first element turns 1 when the run is told to stop.
   * @param calls How files are looked at and read.
   * @param threads How many share the work, this one counted.
   */
  constructor(stop: Int32Array, calls: () => FileCalls, threads: number) {
    this.#threads = threads;
    this.#stop = stop;
    this.#calls = calls;
  }

  async run<T extends Task>(task: T): Promise<ResultOf<T>> {
    return (await this.#run(task)) as ResultOf<T>;
  }

  async #run(task: Task): Promise<ResultOf<Task>> {
    const stopped = (): boolean => Atomics.load(this.#stop, 0) !== 0;
    switch (task.type) {
      case "rules":
        this.#rules = await compileRules(task.rules);
        return undefined;
      case "walk":
        return readDirs(
          task.tasks,
          this.#rules as CompiledRules,
          task.budget,
          this.#calls(),
          undefined,
          this.#part,
        );
      case "table":
        this.#table = new FileTable(task.table);
        return undefined;
      case "begin":
        return readFirstBlocks(
          this.#table as FileTable,
          task.members,
          task.length,
          stopped,
          this.#calls(),
          this.#matchCaches(task.options),
        );
      case "match":
        return matchGroups(
          this.#table as FileTable,
          task,
          task.options,
          stopped,
          this.#calls(),
          this.#matchCaches(task.options),
        );
      case "replace":
        return replaceSets(this.#table as FileTable, task.work, stopped, this.#dirHandles());
      case "locate":
        return locateBlocks(this.#table as FileTable, task.members, task.starts, stopped);
      case "clone":
        return cloneSets(this.#table as FileTable, task.work, stopped, this.#dirHandles());
      case "unshare":
        return unshareFiles(this.#table as FileTable, task.plan, stopped, this.#dirHandles());
      case "times":
        return this.#dirHandles().times();
      case "put-back":
        return { dirs: this.#dirHandles().restoreDisplaced(task.times) };
      case "release":
        this.#dirs?.releaseAll();
        this.#dirs = undefined;
        this.#matching?.dirs.closeAll();
        this.#matching = undefined;
        return undefined;
    }
  }

  #matchCaches({ mostHeld }: MatchOptions): MatchCaches {
    const table = this.#table as FileTable;
    this.#matching ??= makeMatchCaches(table, mostHeld, this.#calls(), this.#threads);
    return this.#matching;
  }

  /** One task's directories are often the next one's too. */
  #dirHandles(): DirHandleCache {
    this.#dirs ??= new DirHandleCache(this.#table as FileTable, { threads: this.#threads });
    return this.#dirs;
  }
}
