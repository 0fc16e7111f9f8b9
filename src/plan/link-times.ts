import type { FileTable } from "../core/file-table.ts";
import type { InPlaceRules, Classification, MtimeBound, MtimeBounds } from "../core/model.ts";
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

/** What is known of the times that outputs may carry. */
export interface MtimeKnowledge {
  readonly bounds: MtimeBounds;
  /** Files that a rule writes in place. */
  readonly inPlaceRules: InPlaceRules;
  /** Whether a build has its rules or notes here. */
  readonly hasBuildFiles: boolean;
}

/** Names of one inode that may take part in the same links. */
export interface Bundle {
  readonly inode: number;
  readonly names: number[];
}

/**
 * Which equal files can share a time stamp, by what is known of their prerequisites. A name gets its
 * keeper's time `m`; it stays up to date where its newest prerequisite is not newer than `m` (an equal time
 * counts as up to date, as in make and ninja; all times are compared in nanoseconds).
 *
 * Sets have to be planned in the order of what is made from what: the time of a program is decided by the
 * times that its objects will have.
 */
export class LinkTimes {
  readonly #files: FileTable;
  readonly #newestTime: boolean;
  readonly #bounds: Map<number, MtimeBound>;
  readonly #planned: BigInt64Array;
  readonly #inputs: NearbyInputs;
  readonly #hasBuildFiles: boolean;

  constructor(
    files: FileTable,
    places: Classification,
    { bounds, hasBuildFiles }: Omit<MtimeKnowledge, "writers">,
    newestTime: boolean,
  ) {
    this.#files = files;
    this.#newestTime = newestTime;
    this.#bounds = new Map(bounds);
    this.#hasBuildFiles = hasBuildFiles;
    this.#planned = hasBuildFiles ? files.columns.mtime.slice() : files.columns.mtime;
    this.#inputs = new NearbyInputs(files, places, (file) => this.#planned[file]);
  }

  /** What was known, and what was found out about programs and libraries. */
  get bounds(): MtimeBounds {
    return this.#bounds;
  }

  /** Whether anything is known of prerequisites here. */
  get knowsAny(): boolean {
    return this.#bounds.size > 0;
  }

  /** Whether no build looks at the times here, so that any will do. */
  get anyWillDo(): boolean {
    return !this.#hasBuildFiles && !this.knowsAny;
  }

  /** Whether the next build remakes the file behind these names in any case. */
  isStale(names: Iterable<number>): boolean {
    for (const name of names) if (this.#bounds.get(name)?.stale) return true;
    return false;
  }

  /**
   * Splits bundles that may be linked otherwise into groups that can share a time.
   *
   * @param bundles The preferred keeper first.
   */
  split(bundles: readonly Bundle[]): readonly (readonly Bundle[])[] {
    const { mtime } = this.#files.columns;
    // Where no build looks at the times, any will do.
    if (!this.#hasBuildFiles) return [bundles];
    const time = mtime[bundles[0].inode];
    if (bundles.every(({ inode }) => mtime[inode] === time)) return [bundles];
    const constraints = bundles.map(({ inode, names }) => ({
      time: mtime[inode],
      ...mergeBounds(names.map((name) => this.#mtimeBoundOf(name))),
    }));
    return groupByTime(constraints, this.#newestTime).map((group) => group.map((i) => bundles[i]));
  }

  /** A name is to get its keeper's time. */
  share(name: number, keeper: number): void {
    if (!this.#hasBuildFiles) return;
    this.#planned[name] = this.#files.columns.mtime[keeper];
  }

  #mtimeBoundOf(name: number): MtimeBound | undefined {
    const known = this.#bounds.get(name);
    if (this.#newestTime) return known;
    const inputs = known?.inputs.map((file) => ({ file, time: this.#planned[file] })) ?? [];
    const nearby = known?.complete ? undefined : this.#inputs.newestOf(name);
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
