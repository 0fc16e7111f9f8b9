import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type {
  Classification,
  DuplicateSets,
  Outcomes,
  Plan,
  Protection,
  StoreFindings,
  Tree,
} from "../core/model.ts";
import type {
  Action,
  MemoryFindings,
  Problem,
  Scope,
  Unmatched,
  Verification,
  Warning,
} from "../core/report.ts";
import type { RoleOptions } from "./roles.ts";

export interface SummaryOptions extends RoleOptions {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  readonly action: Action;
  readonly dryRun: boolean;
  readonly scope: Scope;
  readonly newestTime: boolean;
}

/** The results of all stages of a run. */
export interface Findings {
  readonly tree: Tree;
  /** The table that `outcomes.keepers` refers to, if it has rows that are not in the tree. */
  readonly extendedFiles?: FileTable;
  readonly classification: Classification;
  /** Whether a row takes part. */
  readonly isSelected: (file: number) => boolean;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  readonly protection: Protection;
  /** Undefined if no content store was used. */
  readonly store?: StoreFindings | undefined;
  readonly options: SummaryOptions;
  readonly warnings: readonly Warning[];
  /** Options that nothing matches. */
  readonly unmatched: readonly Unmatched[];
  /** The result of `--verify`; undefined if no command was run after linking. */
  readonly verification: Verification | undefined;
  /** Bugs that parts of the run have met since files were changed. */
  readonly defects: readonly Problem[];
  /** Default: the run remembers nothing. */
  readonly memory?: MemoryFindings;
  readonly seconds: number;
}
