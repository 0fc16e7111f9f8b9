import type { BytePath } from "./byte-path.ts";

export type Action = "none" | "hardlink" | "reflink";
/** Where a redundant copy may be kept: anywhere, among the variants of its unit, or in its directory. */
export type Scope = "tree" | "unit" | "directory";

/**
 * What a run found and did. Sizes are in bytes; paths are byte paths (`toText` decodes them). Totals and lists are
 * computed on first access.
 */
export interface Report {
  readonly schema: 1;
  readonly command: "dedupe";
  readonly action: Action;
  readonly dryRun: boolean;
  /** A signal stopped the run before its end; the report covers what was done until then. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: Totals;
  readonly variants: readonly VariantTotals[];
  readonly pairs: readonly VariantPair[];
  readonly uniform: UniformUnits;
  readonly conflicts: readonly Conflict[];
  /** In the order of `KINDS`; only kinds that occur. */
  readonly kinds: readonly KindTotals[];
  /** Ordered by path bytes. */
  readonly aliases: readonly Alias[];
  /** Ordered by path bytes. */
  readonly sets: readonly SetReport[];
  /** Ordered by path bytes. */
  readonly skipped: readonly Skipped[];
  /** Links that were written through since the last run, ordered by path bytes. */
  readonly writtenThrough: readonly WrittenThrough[];
  /** How many links were put in place by each call. */
  readonly methods: Readonly<Methods>;
  /** Options that nothing matches; empty after an interruption. */
  readonly unmatched: readonly Unmatched[];
  readonly leftOut: LeftOut;
  /** Undefined if no content store was used. */
  readonly store?: StoreReport | undefined;
  /** Undefined if no `verify` command was run. */
  readonly verification: Verification | undefined;
  /** Ordered by code and path. */
  readonly warnings: readonly Warning[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

/**
 * An option that has no effect because nothing matches it: a glob that matches no file and no directory, a kind or a
 * variant that no file has, or a path from a list that leads neither to an artifact nor to a directory.
 */
export interface Unmatched {
  readonly option:
    | "include"
    | "exclude"
    | "kind"
    | "variant"
    | "variant-pattern"
    | "files-from"
    | "map";
  /** The glob, name or path. */
  readonly value: BytePath;
  /** Of `files-from`: the path leads to a file that is no artifact, judging by its name. */
  readonly isNoArtifact?: true;
}

/** How many files that may be artifacts each option leaves out, and how many directories `exclude` does. */
export interface LeftOut {
  readonly exclude: number;
  readonly excludedDirs: number;
  readonly kind: number;
  readonly include: number;
  /** Empty files, which are never linked. */
  readonly empty: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly variant: number;
}

/** A path whose inode a tool wrote into, or touched, after a run had linked it, so that all of its links changed. */
export interface WrittenThrough {
  readonly path: BytePath;
  /** What has changed: "its size went from 1200 to 800 bytes". */
  readonly detail: string;
  /** It has a private file again. */
  readonly repaired: boolean;
  /** That file is dated 1970, so that the next build makes it again. A file that may be a source keeps its time. */
  readonly outdated: boolean;
  /** Set if the tool that may have made it does not look at its time: which tool, and what makes it again. */
  readonly rebuild?: { readonly tool: string; readonly command: string };
}

/** What a run has learned from what earlier runs remembered, and what prevents it from remembering links. */
export interface MemoryFindings {
  /** Ordered by path bytes. */
  readonly writtenThrough: readonly WrittenThrough[];
  /** States in the cache directory that cannot be read or written. */
  readonly warnings: readonly Warning[];
  /** Paths that could not be repaired, and a state file of the user that cannot be written. */
  readonly problems: readonly Problem[];
}

export const NO_MEMORY: MemoryFindings = { writtenThrough: [], warnings: [], problems: [] };

/** What `--verify` found after linking, and what it undid. */
export interface Verification {
  readonly command: string;
  /** How often the command was run, before and after linking. */
  readonly runs: number;
  /** Whether the command reports nothing to do now; undefined if it was stopped. */
  readonly quiet: boolean | undefined;
  /** Paths that have a file and time of their own again, ordered by path bytes. */
  readonly reverted: readonly BytePath[];
  /** Paths that the command itself has rebuilt, ordered by path bytes. */
  readonly rebuilt: readonly BytePath[];
}

/** A danger to this tree, or something that could not be determined; the message says what to do. */
export interface Warning {
  readonly code:
    | "build-record"
    | "foreign-build-file"
    | "npm-pack"
    | "overlay"
    | "archive"
    | "no-threads"
    | "linked-outside"
    | "state"
    | "store";
  readonly path: BytePath;
  readonly message: string;
}

export interface Totals {
  /** Regular files in the tree. */
  readonly files: number;
  /** Files that may be artifacts and that no option leaves out. */
  readonly selected: number;
  /** Paths of artifacts; a file that only its content reveals to be one counts if it was read. */
  readonly artifacts: number;
  /** Bytes of all artifacts, each inode once. */
  readonly bytes: number;
  /** Bytes that their blocks take on the disk. */
  readonly allocatedBytes: number;
  /** Inodes of the artifacts. */
  readonly inodes: number;
  /** Sets of two or more inodes that are equal byte for byte. */
  readonly sets: number;
  /** Redundant copies: paths of inodes that repeat the first one of their set. */
  readonly duplicates: number;
  /** Bytes of those inodes. */
  readonly duplicateBytes: number;
  /** Paths that an action would replace. */
  readonly replaceable: number;
  /** Bytes of blocks that this would free. */
  readonly freeableBytes: number;
  /** Paths that were replaced; in a dry run, that would be. */
  readonly replaced: number;
  /** Of these, paths whose file shares its blocks now instead of being a link. */
  readonly cloned: number;
  /** Bytes of blocks that were freed: an inode that has another link elsewhere frees none. */
  readonly savedBytes: number;
  /** Inodes with several links that `--protect` made read-only; in a dry run, that would be. */
  readonly protected: number;
  /** Redundant copies that were not replaced, for a reason that is no failure. */
  readonly skipped: number;
  /** Paths that could not be replaced, and files and directories that could not be read. */
  readonly failed: number;
  /** Bytes read to prove the sets. */
  readonly bytesRead: number;
  readonly seconds: number;
}

/**
 * What a run did with a content store. What it saves is counted here alone: `Totals` count what the files of the tree
 * save among themselves.
 */
export interface StoreReport {
  readonly path: BytePath;
  /** Inodes whose content the store had, those that were its entries already included. */
  readonly found: number;
  /** Paths without a duplicate in the tree to replace them by, which an action would replace by a file of the store. */
  readonly replaceable: number;
  /** Bytes of blocks that this would free. */
  readonly freeableBytes: number;
  /** Those of them that were replaced; in a dry run, that would be. */
  readonly replaced: number;
  /** Bytes of blocks that were freed. */
  readonly savedBytes: number;
  /** Files that were put in; in a dry run, that would be. */
  readonly added: number;
  /** Entries that were removed because their content is not what their names say; in a dry run, that would be. */
  readonly evicted: readonly BytePath[];
  /** Entries that the daily trim has removed, and their bytes on the disk. */
  readonly trimmed: number;
  readonly trimmedBytes: number;
}

export interface VariantTotals {
  /** "(none)" for artifacts whose path names no variant. */
  readonly name: string;
  readonly artifacts: number;
  /** The size of its inodes. An inode that several variants share counts in each of them. */
  readonly bytes: number;
  /** The size of those inodes that another variant shares. */
  readonly sharedBytes: number;
}

/** How many units exist in both of two variants, and in how many of them the two are equal. */
export interface VariantPair {
  readonly a: string;
  readonly b: string;
  readonly units: number;
  readonly identical: number;
  /** Bytes of the units in both variants, of each the larger file. */
  readonly bytes: number;
  readonly identicalBytes: number;
}

/** Units that are equal in all variants in which they exist, so that compiling them separately gains nothing. */
export interface UniformUnits {
  /** Units that exist in two or more variants. */
  readonly several: number;
  /** Bytes of one copy of each uniform unit. */
  readonly bytes: number;
  readonly count: number;
  /** Their names, ordered by bytes; computed on first access. */
  readonly units: readonly BytePath[];
}

/** Different files whose paths name one unit in one variant, as in two build directories. */
export interface Conflict {
  readonly unit: BytePath;
  readonly variant: string;
  readonly paths: readonly BytePath[];
}

/** The files of one kind, and what linking them would free. */
export interface KindTotals {
  readonly name: string;
  readonly artifacts: number;
  readonly bytes: number;
  /** Paths that an action would replace. */
  readonly replaceable: number;
  /** Bytes of blocks that this would free. */
  readonly freeableBytes: number;
}

export type PathOutcome = "replaced" | "cloned" | "failed" | "pending" | "duplicate" | SkipReason;

export interface SetReport {
  readonly size: number;
  /** "xxh64:" and 16 hexadecimal digits; undefined unless asked for. */
  readonly hash: string | undefined;
  readonly kind: string;
  /** The path whose inode is kept. */
  readonly kept: BytePath;
  readonly names: readonly BytePath[];
  /** Every other path, with its outcome; `to` is the file that it is linked to now. */
  readonly replaced: readonly {
    readonly path: BytePath;
    readonly outcome: PathOutcome;
    readonly to?: BytePath;
  }[];
}

export interface Skipped {
  readonly path: BytePath;
  readonly reason: SkipReason;
  readonly detail: string;
}

/** A problem with one file or directory: reported on stderr, exit code 3; the run goes on. */
export interface Problem {
  readonly path: BytePath;
  /** The name of an errno ("EACCES"), or "DEFECT" for a bug, whose `path` is the part of the run that failed. */
  readonly code: string;
  readonly message: string;
}

/** A further path of a file, or of a directory and everything below it. */
export interface Alias {
  readonly path: BytePath;
  /** The path under which it is reported. */
  readonly of: BytePath;
  /** `root`: given again, or below another path given; `mount`: mounted twice. */
  readonly via: "hardlink" | "symlink" | "root" | "mount";
}

/** Why a redundant copy is not replaced. Not a failure. */
export const SKIP_REASONS = [
  "mode",
  "owner",
  "time",
  "name",
  "xattrs",
  "scope",
  "changed",
  "vanished",
  "would-rebuild",
  "rebuilt-before",
  "link-limit",
  "in-place-kind",
  "unknown-writer",
  "no-gain",
  "installed",
  "forbidden",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/**
 * How many links were put in place by each call (only an exchange loses nothing that is written at the same
 * moment), and how many files share blocks: as a clone that took their place, or by the kernel in place.
 */
export interface Methods {
  exchange: number;
  rename: number;
  clone: number;
  dedupeRange: number;
}
