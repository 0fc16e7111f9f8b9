import type { FileCalls } from "../fs/file-calls.ts";
import { FileTable } from "../file-table.ts";
import { readBeginnings } from "../matching/beginnings.ts";
import {
  type KeptForMatching,
  type MatchOptions,
  keepForMatching,
  matchGroups,
} from "../matching/match-groups.ts";
import { cloneSets } from "../replacing/clone-sets.ts";
import { HeldFolders } from "../replacing/held-folders.ts";
import { locateBlocks } from "../replacing/locate-blocks.ts";
import { replaceSets } from "../replacing/replace-sets.ts";
import { unshareNames } from "../unsharing/unshare-names.ts";
import { readFolders } from "../walking/read-folders.ts";
import { type CompiledRules, compileRules } from "../walking/rules.ts";
import { TreePartBuilder } from "../walking/tree-part.ts";
import type { ResultOf, Task } from "./tasks.ts";

/**
 * One thread's hands: does a task synchronously, and remembers what later tasks need. The main thread has
 * one for small trees, every worker thread has one.
 */
export class Hand {
  readonly #part = new TreePartBuilder();
  #rules: CompiledRules | undefined;
  #table: FileTable | undefined;
  #folders: HeldFolders | undefined;
  #matching: KeptForMatching | undefined;
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

  async perform<T extends Task>(task: T): Promise<ResultOf<T>> {
    return (await this.#perform(task)) as ResultOf<T>;
  }

  async #perform(task: Task): Promise<ResultOf<Task>> {
    const stopped = (): boolean => Atomics.load(this.#stop, 0) !== 0;
    switch (task.type) {
      case "rules":
        this.#rules = await compileRules(task.rules);
        return undefined;
      case "walk":
        return readFolders(
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
        return readBeginnings(
          this.#table as FileTable,
          task.members,
          task.length,
          stopped,
          this.#calls(),
          this.#keptForMatching(task.options),
        );
      case "match":
        return matchGroups(
          this.#table as FileTable,
          task,
          task.options,
          stopped,
          this.#calls(),
          this.#keptForMatching(task.options),
        );
      case "replace":
        return replaceSets(this.#table as FileTable, task.work, stopped, this.#heldFolders());
      case "locate":
        return locateBlocks(this.#table as FileTable, task.members, task.starts, stopped);
      case "clone":
        return cloneSets(this.#table as FileTable, task.work, stopped, this.#heldFolders());
      case "unshare":
        return unshareNames(this.#table as FileTable, task.plan, stopped, this.#heldFolders());
      case "times":
        return this.#heldFolders().times();
      case "put-back":
        return { folders: this.#heldFolders().putBack(task.times) };
      case "release":
        this.#folders?.releaseAll();
        this.#folders = undefined;
        this.#matching?.folders.closeAll();
        this.#matching = undefined;
        return undefined;
    }
  }

  #keptForMatching({ mostHeld }: MatchOptions): KeptForMatching {
    const table = this.#table as FileTable;
    this.#matching ??= keepForMatching(table, mostHeld, this.#calls(), this.#threads);
    return this.#matching;
  }

  /** One task's folders are often the next one's too. */
  #heldFolders(): HeldFolders {
    this.#folders ??= new HeldFolders(this.#table as FileTable, { threads: this.#threads });
    return this.#folders;
  }
}
