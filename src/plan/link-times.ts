import type { FileTable } from "../core/file-table.ts";
import type { Classification, MtimeBound, MtimeBounds } from "../core/model.ts";
import { groupByTime, mergeBounds } from "./group-by-time.ts";
import { NearbyInputs } from "./nearby-inputs.ts";

const NOTHING_KNOWN: MtimeBound = {
  after: undefined,
  newest: "",
  until: undefined,
  inputs: [],
  complete: false,
  stale: false,
};

/** What the build files of a tree say about its outputs. */
export interface MtimeKnowledge {
  readonly bounds: MtimeBounds;
  /** Whether any build files were found. If not, no build depends on the times. */
  readonly hasBuildFiles: boolean;
}

/** Hard links of one inode that may be replaced together. */
export interface LinkBundle {
  readonly inode: number;
  /** Rows of the file table. */
  readonly names: number[];
}

/**
 * Decides which identical files may share a modification time. A path that is linked gets its keeper's time. It
 * stays up to date if its newest prerequisite is not newer than that: equal times count as up to date, as in make
 * and ninja. All times are compared in nanoseconds.
 *
 * Sets must be planned in link order, objects before libraries before programs, because the time of a program
 * depends on the times that its objects will have.
 */
export class LinkTimes {
  readonly #files: FileTable;
  readonly #newestTime: boolean;
  readonly #bounds: Map<number, MtimeBound>;
  /** The time that each file will have. */
  readonly #planned: BigInt64Array;
  readonly #inputs: NearbyInputs;
  readonly #hasBuildFiles: boolean;
  readonly #installed: ReadonlySet<number>;

  /** @param installed Rows of installed copies: nothing is linked there, and CMake dates them in whole seconds. */
  constructor(
    files: FileTable,
    classification: Classification,
    { bounds, hasBuildFiles }: MtimeKnowledge,
    newestTime: boolean,
    installed: ReadonlySet<number> = new Set(),
  ) {
    this.#files = files;
    this.#newestTime = newestTime;
    this.#bounds = new Map(bounds);
    this.#hasBuildFiles = hasBuildFiles;
    this.#installed = installed;
    this.#planned = hasBuildFiles ? files.columns.mtime.slice() : files.columns.mtime;
    this.#inputs = new NearbyInputs(files, classification, (file) => this.#planned[file]);
  }

  /** The bounds given, and those that `split` found for libraries and programs. */
  get bounds(): MtimeBounds {
    return this.#bounds;
  }

  get hasBounds(): boolean {
    return this.#bounds.size > 0;
  }

  /** Whether no build depends on the times. */
  get unconstrained(): boolean {
    return !this.#hasBuildFiles && !this.hasBounds;
  }

  /** Whether the next build rebuilds one of these paths even if nothing is linked. */
  isStale(names: Iterable<number>): boolean {
    for (const name of names) if (this.#bounds.get(name)?.stale) return true;
    return false;
  }

  /**
   * Splits bundles with one key into groups that can share a time.
   *
   * @param bundles The preferred keeper first.
   */
  split(bundles: readonly LinkBundle[]): readonly (readonly LinkBundle[])[] {
    const { mtime } = this.#files.columns;
    if (!this.#hasBuildFiles) return [bundles];
    const time = mtime[bundles[0].inode];
    if (bundles.every(({ inode }) => mtime[inode] === time)) return [bundles];
    const intervals = bundles.map(({ inode, names }) => ({
      time: mtime[inode],
      ...mergeBounds(names.map((name) => this.#boundOf(name))),
    }));
    return groupByTime(intervals, this.#newestTime).map((group) => group.map((i) => bundles[i]));
  }

  /** Whether all names of the bundles may get the time of a file without causing any of them to be rebuilt. */
  allows(bundles: readonly LinkBundle[], file: number): boolean {
    if (!this.#hasBuildFiles) return true;
    const { mtime } = this.#files.columns;
    return bundles.every(({ inode, names }) => {
      if (this.#files.sameMtime(inode, file)) return true;
      const { after, until } = mergeBounds(names.map((name) => this.#boundOf(name)));
      if (this.#newestTime)
        return mtime[inode] <= mtime[file] && (until === undefined || mtime[file] <= until);
      return mtime[file] <= mtime[inode] && (after === undefined || after <= mtime[file]);
    });
  }

  /** Records that a path will have its keeper's time. */
  share(name: number, keeper: number): void {
    if (this.#hasBuildFiles) this.#planned[name] = this.#files.columns.mtime[keeper];
  }

  /** The bound from the build files, raised to the planned times of the inputs that are files of the tree. */
  #boundOf(name: number): MtimeBound | undefined {
    const known = this.#bounds.get(name);
    if (this.#newestTime) return known;
    const inputs = known?.inputs.map((file) => ({ file, time: this.#planned[file] })) ?? [];
    const isLinked = known?.complete !== true && !this.#installed.has(name);
    const nearby = isLinked ? this.#inputs.newestOf(name) : undefined;
    if (nearby !== undefined) inputs.push(nearby);
    const last = inputs.reduce((a, b) => (b.time > a.time ? b : a), inputs[0]);
    if (last === undefined || (known?.after !== undefined && known.after >= last.time))
      return known;
    const bound: MtimeBound = {
      ...(known ?? NOTHING_KNOWN),
      after: last.time,
      newest: this.#files.path(last.file),
    };
    this.#bounds.set(name, bound);
    return bound;
  }
}
