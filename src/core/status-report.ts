import type { BytePath } from "./byte-path.ts";
import type { Problem, SkipReason, Warning, WrittenThrough } from "./report.ts";

/** What `status` found. Sizes are in bytes; paths are byte paths. */
export interface StatusReport {
  readonly schema: 1;
  readonly command: "status";
  /** A signal stopped the run before its end, so that the report is incomplete. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: StatusTotals;
  /** Every artifact with several hard links, ordered by its first path. */
  readonly linked: readonly LinkedInode[];
  /** Links that were written through since the last run, ordered by path bytes. */
  readonly writtenThrough: readonly WrittenThrough[];
  /** Redundant copies that `dedupe --hardlink` would leave alone, by reason, the most frequent first. */
  readonly leftAlone: readonly LeftAlone[];
  /** Paths that runs remember not to link, whether they have an identical copy now or not, ordered by path bytes. */
  readonly marked: readonly MarkedPath[];
  readonly states: readonly StateSummary[];
  readonly fileSystems: readonly FileSystemSummary[];
  /** Why the native calls are missing; undefined if they are not. */
  readonly noNative: string | undefined;
  /** The number of marks that `forget` has dropped; undefined without it. */
  readonly forgotten: number | undefined;
  /** About states that cannot be read. */
  readonly warnings: readonly Warning[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

export interface StatusTotals {
  /** Regular files below the roots. */
  readonly files: number;
  /** Inodes that `dedupe` has linked, and their paths below the roots. */
  readonly inodes: number;
  readonly paths: number;
  /** Bytes of the blocks that separate files would take in addition. */
  readonly savedBytes: number;
  /** The same for inodes that something else has linked, as far as is remembered. */
  readonly otherInodes: number;
  readonly otherPaths: number;
  /** Paths that `dedupe --hardlink` would replace, and the bytes of blocks that this would free. */
  readonly replaceable: number;
  readonly freeableBytes: number;
  /** Redundant copies that it would leave alone. */
  readonly skipped: number;
  readonly failed: number;
  readonly seconds: number;
}

export interface LinkedInode {
  /** `other`: another tool, or a run that is not remembered. */
  readonly by: "dedupe" | "other";
  readonly size: number;
  /** Hard links, below the roots and elsewhere. */
  readonly links: number;
  /** Those below the roots, ordered by path bytes. */
  readonly paths: readonly BytePath[];
}

export interface LeftAlone {
  readonly reason: SkipReason;
  /** The number of paths. */
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly { readonly path: BytePath; readonly detail: string }[];
}

export interface MarkedPath {
  readonly path: BytePath;
  readonly reason: Extract<SkipReason, "in-place-kind" | "rebuilt-before">;
}

/** A state that the roots have. */
export interface StateSummary {
  readonly file: BytePath;
  /** The directory that it is about. */
  readonly root: BytePath;
  /** Paths that it remembers. */
  readonly paths: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

export interface FileSystemSummary {
  /** A directory on it. */
  readonly path: BytePath;
  /** "ext4"; undefined if it is unknown. */
  readonly type: string | undefined;
  /** Whether it makes copy-on-write clones. */
  readonly clones: boolean;
  /** Whether it exchanges two names in one step; undefined if that is unknown. */
  readonly exchange: boolean | undefined;
}
