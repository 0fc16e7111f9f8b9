import type { FileTable } from "../core/file-table.ts";
import { NO_METHODS, type Outcomes, type Plan, Verdict } from "../core/model.ts";
import type { Methods, Problem } from "../core/report.ts";
import type { DirHandleCache } from "../replace/dir-handle-cache.ts";

/** The outcomes of all rows of a plan, or of a part of its sets. */
export type OutcomeColumns = Omit<Outcomes, "interrupted">;

/** What happened to one row. */
export interface RowOutcome {
  readonly verdict: number;
  /** The file that the path leads to now; the planned keeper unless given. */
  readonly keeper?: number;
  /** The keeper's change time after it was linked, nanoseconds since 1970. */
  readonly ctimeNs?: bigint | undefined;
  readonly detail?: string;
  readonly problem?: Problem;
}

/** Collects what happened to the rows of a plan, starting with what was planned. */
export class OutcomeCollector {
  readonly verdicts: Uint8Array;
  readonly methods: Methods = { ...NO_METHODS };
  readonly #keepers: Uint32Array;
  readonly #ctimes: BigInt64Array;
  readonly #details = new Map<number, string>();
  readonly #problems: Problem[] = [];

  constructor({ verdicts, keepers }: Pick<Plan, "verdicts" | "keepers">) {
    this.verdicts = verdicts.slice();
    this.#keepers = keepers.slice();
    this.#ctimes = new BigInt64Array(verdicts.length);
  }

  record(row: number, { verdict, keeper, ctimeNs, detail, problem }: RowOutcome): void {
    this.verdicts[row] = verdict;
    if (keeper !== undefined) this.#keepers[row] = keeper;
    if (ctimeNs !== undefined) this.#ctimes[row] = ctimeNs;
    if (detail !== undefined) this.#details.set(row, detail);
    if (problem !== undefined) this.#problems.push(problem);
  }

  /** Marks rows without an outcome as failed: nobody knows whether they were replaced. Their paths are whole. */
  failUnknown(from: number, to: number): void {
    for (let row = from; row < to; row += 1)
      if (this.verdicts[row] === Verdict.replace || this.verdicts[row] === Verdict.clone)
        this.verdicts[row] = Verdict.failed;
  }

  /** @param first The row here that is the part's first row. */
  merge(part: OutcomeColumns, first: number): void {
    this.verdicts.set(part.verdicts, first);
    this.#keepers.set(part.keepers, first);
    this.#ctimes.set(part.ctimes, first);
    for (const [row, detail] of part.details) this.#details.set(first + row, detail);
    for (const problem of part.problems) this.#problems.push(problem);
    for (const method of Object.keys(part.methods) as (keyof Methods)[])
      this.methods[method] += part.methods[method];
  }

  columns(): OutcomeColumns {
    return {
      verdicts: this.verdicts,
      keepers: this.#keepers,
      ctimes: this.#ctimes,
      details: this.#details,
      problems: this.#problems,
      methods: this.methods,
    };
  }
}

/** Some sets of a plan; `starts` begins at 0. */
export type PlannedSets = Pick<Plan, "starts" | "names" | "keepers" | "verdicts">;

/** What the rows of a plan are executed with. */
export interface ExecuteContext {
  readonly plan: PlannedSets;
  readonly files: FileTable;
  readonly dirs: DirHandleCache;
  readonly outcomes: OutcomeCollector;
  /** Whether the run is to stop. Called before each replacement. */
  readonly stopped: () => boolean;
  /** Whether it is time to let signals be handled. Called after each replacement. */
  readonly isYieldDue: () => boolean;
}
