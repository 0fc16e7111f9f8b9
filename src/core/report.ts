import type { BytePath } from "./byte-path.ts";
import type { Action } from "./options.ts";

/** What a run found and did. Sizes in bytes; paths are byte paths (`toText` makes them readable). */
export interface Report {
  readonly schema: 1;
  readonly command: "dedupe";
  readonly action: Action;
  readonly dryRun: boolean;
  /** Stopped by a signal before its end; what was done until then is in here. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: Totals;
  readonly variants: readonly VariantTotals[];
  readonly pairs: readonly VariantPair[];
  readonly uniform: UniformUnits;
  readonly conflicts: readonly Conflict[];
  /** In the order of `KINDS`; only those that were met. */
  readonly kinds: readonly KindTotals[];
  /** Ordered by path bytes; made when asked for. */
  readonly aliases: readonly Alias[];
  /** Ordered by path bytes; made when asked for, as it can be large. */
  readonly sets: readonly SetReport[];
  /** Ordered by path bytes. */
  readonly skipped: readonly Skipped[];
  /** How many links were put in place by which call. */
  readonly methods: Readonly<Methods>;
  /** Undefined where no `verify` command was run. */
  readonly verification: Verification | undefined;
  /** Dangers that this tree is in; ordered by code and path. */
  readonly warnings: readonly Warning[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

/** What the build tool said after linking, and what came of it. */
export interface Verification {
  readonly command: string;
  /** How often the command was run, before and after. */
  readonly runs: number;
  /** Whether it reports nothing to do now; undefined where it was stopped before its answer. */
  readonly quiet: boolean | undefined;
  /** Names that have their own file and time again. Ordered by path bytes. */
  readonly reverted: readonly BytePath[];
  /** Names that the command itself has made anew. Ordered by path bytes. */
  readonly rebuilt: readonly BytePath[];
}

/** A danger that this tree is in, or something that could not be known; with what to do. */
export interface Warning {
  readonly code: "build-record" | "npm-pack" | "overlay" | "archive";
  readonly path: BytePath;
  readonly message: string;
}

export interface Totals {
  /** Regular files met. */
  readonly files: number;
  /** Names of artifacts; a file that only its content could tell counts where it was looked at. */
  readonly artifacts: number;
  /** Bytes of all artifacts, every stored file once. */
  readonly bytes: number;
  /** The same as blocks on the disk. */
  readonly allocatedBytes: number;
  /** Stored files behind the artifacts' names. */
  readonly inodes: number;
  /** Sets of two or more stored files that are equal byte for byte. */
  readonly sets: number;
  /** Names of stored files that repeat the first of their set. */
  readonly duplicates: number;
  /** Bytes of those stored files. */
  readonly duplicateBytes: number;
  /** Names that an action replaces. */
  readonly replaceable: number;
  /** Blocks, in bytes, that this frees. */
  readonly freeableBytes: number;
  /** Names that were replaced; in a dry run, that would be. */
  readonly replaced: number;
  /** Of these, names whose file shares its blocks now instead of being a link. */
  readonly cloned: number;
  /** Blocks really freed, in bytes: a file that has another name elsewhere frees none. */
  readonly savedBytes: number;
  /** Files with several names that `--protect` made read-only; in a dry run, that would be. */
  readonly protected: number;
  /** Names left alone for a reason that is no failure. */
  readonly skipped: number;
  /** Names that could not be replaced, and files and directories that could not be read. */
  readonly failed: number;
  /** Bytes read to prove the sets. */
  readonly bytesRead: number;
  readonly seconds: number;
}

export interface VariantTotals {
  /** "(none)" for artifacts whose path names no variant. */
  readonly name: string;
  readonly artifacts: number;
  readonly bytes: number;
}

/** How many units two variants have both, and in how many of them the two are equal. */
export interface VariantPair {
  readonly a: string;
  readonly b: string;
  readonly units: number;
  readonly identical: number;
  /** Bytes of the units that both have, the larger of the two each. */
  readonly bytes: number;
  readonly identicalBytes: number;
}

/** Units that are the same in every variant that they were compiled in: these variants gain nothing for them. */
export interface UniformUnits {
  /** Units that exist in two or more variants. */
  readonly several: number;
  /** Bytes of one copy of each uniform unit. */
  readonly bytes: number;
  readonly count: number;
  /** Their names, ordered by bytes; made when asked for. */
  readonly units: readonly BytePath[];
}

/** Different files that claim to be one unit in one variant: two layouts, or two roots, give one output. */
export interface Conflict {
  readonly unit: BytePath;
  readonly variant: string;
  readonly paths: readonly BytePath[];
}

/** What one kind of artifact holds, and what it gains. */
export interface KindTotals {
  readonly name: string;
  readonly artifacts: number;
  readonly bytes: number;
  /** Names that an action replaces. */
  readonly replaceable: number;
  /** Blocks, in bytes, that this frees. */
  readonly freeableBytes: number;
}

export type NameOutcomeWord =
  | "replaced"
  | "cloned"
  | "failed"
  | "pending"
  | "duplicate"
  | SkipReason;

export interface SetReport {
  readonly size: number;
  /** "xxh64:" and 16 hex digits; only where it was asked for. */
  readonly hash: string | undefined;
  readonly kind: string;
  /** The name whose stored file stays. */
  readonly kept: BytePath;
  readonly names: readonly BytePath[];
  /** Every name that was to be replaced or is left alone; `to` is the file that it is a link to now. */
  readonly replaced: readonly {
    readonly path: BytePath;
    readonly outcome: NameOutcomeWord;
    readonly to?: BytePath;
  }[];
}

export interface Skipped {
  readonly path: BytePath;
  readonly reason: SkipReason;
  readonly detail: string;
}

/** What `unshare` found and did. Sizes in bytes; paths are byte paths. */
export interface UnshareReport {
  readonly schema: 1;
  readonly command: "unshare";
  readonly dryRun: boolean;
  /** Stopped by a signal before its end; what was done until then is in here. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: UnshareTotals;
  /** How the names that got a file of their own got it. */
  readonly methods: { readonly clone: number; readonly copy: number };
  /** What could not be kept as it was, in general. */
  readonly warnings: readonly UnshareWarning[];
  /** Every name that is looked after, ordered by path bytes. */
  readonly files: readonly UnsharedFile[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

export interface UnshareWarning {
  /** The system calls for attributes and nanoseconds are not there. */
  readonly code: "no-native";
  readonly message: string;
}

export interface UnshareTotals {
  /** Regular files met. */
  readonly files: number;
  /** Stored files that had another name, here or elsewhere. */
  readonly shared: number;
  /** Their names below the roots. */
  readonly names: number;
  /** Names that got a file of their own; in a dry run, that would get one. */
  readonly unshared: number;
  /** Bytes on the disk that their copies take; clones take none. */
  readonly takenBytes: number;
  /** Files that got their write bits back; in a dry run, that would get them. */
  readonly restored: number;
  /** Names left alone because they changed or vanished meanwhile. */
  readonly skipped: number;
  /** Names that could not be given a file, and files and directories that could not be read. */
  readonly failed: number;
  readonly seconds: number;
}

/** `kept`: it keeps the file that the others had too. */
export type UnshareOutcomeWord =
  | "unshared"
  | "kept"
  | "changed"
  | "vanished"
  | "failed"
  | "pending";

export interface UnsharedFile {
  readonly path: BytePath;
  readonly outcome: UnshareOutcomeWord;
  /** How it got its content. */
  readonly by?: "clone" | "copy";
  /** Its write bits, which `--protect` had taken, are back. */
  readonly restored: boolean;
  /** Why it was left alone. */
  readonly detail?: string;
}

/** Trouble with one file or directory: named on stderr, exit code 3, never the end of the run. */
export interface Problem {
  readonly path: BytePath;
  /** errno name, "EACCES". */
  readonly code: string;
  readonly message: string;
}

/** Another way to a stored file, or to a directory and all below it. */
export interface Alias {
  readonly path: BytePath;
  /** The name under which it is handled. */
  readonly of: BytePath;
  /** `root`: given again, or below another path given; `mount`: mounted twice. */
  readonly via: "hardlink" | "symlink" | "root" | "mount";
}

/** Why a name of a duplicate stays as it is. Not a failure. */
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
  "link-limit",
  "in-place-kind",
  "no-gain",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/**
 * How many links were put in place by which call (exchanging loses nothing that is written meanwhile), and
 * how many files share blocks: cloned beside and put in place, or by the kernel as they are.
 */
export interface Methods {
  exchange: number;
  rename: number;
  clone: number;
  dedupeRange: number;
}
