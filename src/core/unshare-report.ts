import type { BytePath } from "./byte-path.ts";
import type { Problem, Unmatched, WrittenThrough } from "./report.ts";

/** What `unshare` found and did. Sizes are in bytes; paths are byte paths. */
export interface UnshareReport {
  readonly schema: 1;
  readonly command: "unshare";
  readonly dryRun: boolean;
  /** A signal stopped the run before its end; the report covers what was done until then. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: UnshareTotals;
  /** How many private files were made by each method. */
  readonly methods: { readonly clone: number; readonly copy: number };
  /** Options that nothing matches; empty after an interruption. */
  readonly unmatched: readonly Unmatched[];
  /** What the new files do not preserve, in general. */
  readonly warnings: readonly UnshareWarning[];
  /** Every path of a shared or protected file, ordered by path bytes. */
  readonly files: readonly UnsharedFile[];
  /** Links that were written through since the last run, ordered by path bytes. */
  readonly writtenThrough: readonly WrittenThrough[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

export interface UnshareWarning {
  /**
   * `no-native`: the native calls for attributes and nanoseconds are missing. `state`: what runs have linked cannot be
   * remembered.
   */
  readonly code: "no-native" | "state";
  readonly message: string;
}

export interface UnshareTotals {
  /** Regular files in the tree. */
  readonly files: number;
  /** Inodes that had a further link, here or elsewhere. */
  readonly shared: number;
  /** Their links below the roots. */
  readonly names: number;
  /** Paths that got a private file; in a dry run, that would get one. */
  readonly unshared: number;
  /** Bytes of blocks that their copies take; clones take none. */
  readonly takenBytes: number;
  /** Files whose write bits were restored; in a dry run, that would be. */
  readonly restored: number;
  /** Paths that were left as they are: they changed or vanished during the run, or cannot be replaced. */
  readonly skipped: number;
  /** Paths that could not get a private file, and files and directories that could not be read. */
  readonly failed: number;
  readonly seconds: number;
}

/**
 * `kept`: the path keeps the inode that the others shared. `forbidden`: its directory does not let files be removed.
 */
export type UnshareOutcome =
  | "unshared"
  | "kept"
  | "changed"
  | "vanished"
  | "forbidden"
  | "failed"
  | "pending";

export interface UnsharedFile {
  readonly path: BytePath;
  readonly outcome: UnshareOutcome;
  /** How the private file got its content. */
  readonly by?: "clone" | "copy";
  /** Write bits that `--protect` had removed were restored. */
  readonly restored: boolean;
  /** Why the path was left as it is. */
  readonly detail?: string;
}
