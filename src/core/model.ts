import type { BytePath } from "./byte-path.ts";
import type { FileTable } from "./file-table.ts";
import {
  type Alias,
  type LeftOut,
  type Methods,
  type Problem,
  SKIP_REASONS,
  type SkipReason,
  type Unmatched,
  type Warning,
} from "./report.ts";

/**
 * What the plan decides for one path and, after `apply`, its outcome, as one byte. The values from
 * `Verdict.firstSkip` on are `SKIP_REASONS` in their order.
 */
export const Verdict = {
  keep: 0,
  replace: 1,
  replaced: 2,
  failed: 3,
  pending: 4,
  clone: 5,
  cloned: 6,
  firstSkip: 8,
} as const;

export function skipVerdict(reason: SkipReason): number {
  return Verdict.firstSkip + SKIP_REASONS.indexOf(reason);
}

export function skipReasonOf(verdict: number): SkipReason | undefined {
  return SKIP_REASONS[verdict - Verdict.firstSkip];
}

/** A directory with files in which a build tool recorded what its outputs are made from. */
export interface BuildFileDir {
  readonly path: BytePath;
  /** The names of these files, each after a slash; undefined if the directory was not searched for them. */
  readonly names: string | undefined;
}

/** A symbolic link that the walk has listed. */
export interface SymbolicLink {
  readonly path: BytePath;
  /** Index of the root below which it was found. */
  readonly root: number;
}

/** The walk's result: every file that may be an artifact, and counts. */
export interface Tree {
  readonly files: FileTable;
  /** Regular files, artifacts or not. */
  readonly fileCount: number;
  readonly dirCount: number;
  /** Paths of files that an interrupted run may have left. */
  readonly temporaries: readonly BytePath[];
  /** Where dependency files, ninja logs and Makefiles are, see `artifacts/build-files`. */
  readonly dependencyInfo: readonly BuildFileDir[];
  /** Those that the walk was to list or to follow, ordered by root and path. */
  readonly symlinks: readonly SymbolicLink[];
  /** Further paths of what is in the table. */
  readonly aliases: readonly Alias[];
  /** Globs and listed paths that match nothing. */
  readonly unmatched: readonly Unmatched[];
  readonly leftOut: Omit<LeftOut, "variant">;
  readonly problems: readonly Problem[];
}

/** The unit of a file that, judging by paths, is compiled in one variant only. */
export const NO_UNIT = 0xffff_ffff;

/** Unit and variant of every file, computed on first access. Parallel to the file table. */
export interface Classification {
  /** Orders two files by their variants, without classifying the others. */
  readonly compareVariants: (a: number, b: number) => number;
  /** Index into `variants`. */
  readonly variant: Uint16Array;
  /** Files with the same number are one unit, compiled several times. */
  readonly unit: Uint32Array;
  /** The name of a unit, by its number. */
  readonly unitName: (unit: number) => BytePath;
  /** Variant names in natural order; "" stands for paths that name no variant. */
  readonly variants: readonly string[];
}

/**
 * Inodes that may be equal: same size, same device. Group `g` is `members[starts[g]]` to
 * `members[starts[g + 1] - 1]`; a member is an inode, given by the row of its first link.
 */
export interface CandidateGroups {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  /** By row: the next hard link of the same inode, or -1. */
  readonly nextLink: Int32Array;
  /** Rows whose kind another link of their inode reveals. */
  readonly kinds: ReadonlyMap<number, number>;
}

/** The modification times with which a build tool finds an output up to date. Nanoseconds since 1970. */
export interface MtimeBound {
  /** Time of the newest prerequisite other than `inputs`; undefined if none is known. */
  readonly after: bigint | undefined;
  /** That prerequisite. */
  readonly newest: BytePath;
  /** With a later time the build tool takes the output for changed; undefined if there is no such limit. */
  readonly until: bigint | undefined;
  /** Rows of prerequisites whose own time the plan may change. */
  readonly inputs: readonly number[];
  /** Whether a rule names everything that the output is linked from. */
  readonly complete: boolean;
  /** The next build remakes the output anyway: the last one was interrupted, or an input has changed. */
  readonly stale: boolean;
  /** ninja's log has a time for the output that is no older than its prerequisites: enough for a rule with `restat`. */
  readonly isLogged?: boolean;
}

/** By row, for the paths of duplicate sets of which build files say something. */
export type MtimeBounds = ReadonlyMap<number, MtimeBound>;

/** Why a path stays apart from the files that it is equal to. */
export interface StaysApart {
  readonly reason: SkipReason;
  /** Completes "equal to PATH, but". */
  readonly why: string;
}

/** By row: paths that stay apart, for reasons that are known before the plan is made. */
export type ApartPaths = ReadonlyMap<number, StaysApart>;

/** What happened to a file while it was read; `writer`: a program has it open for writing. */
export type Lost = "changed" | "vanished" | "writer";

export const OPEN_FOR_WRITING = "a program has it open for writing";

/** What is known of the content of a file that equals no other. */
export interface SingleContent {
  /** In hexadecimal. */
  readonly hash: string;
  /** As `DuplicateSets.producers`. */
  readonly producers: number;
}

/** Inodes that were *proven* equal byte for byte. Only `match` makes one; only this type can be planned. */
export interface DuplicateSets {
  readonly proven: true;
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly nextLink: Int32Array;
  /** By set: the digest of the content in hexadecimal; empty unless a hasher was given. */
  readonly hashes: readonly string[];
  /** By set: the tools that the content may name as its producer, as `producersIn` gives them; 0 unless asked for. */
  readonly producers: Uint32Array;
  /** By member that equals no other: its content; empty unless asked for. */
  readonly singles: ReadonlyMap<number, SingleContent>;
  /** Rows whose kind the content reveals. */
  readonly kinds: ReadonlyMap<number, number>;
  /** By member: the extended attributes that must agree, if it has any. */
  readonly attributes: ReadonlyMap<number, string>;
  /** Bytes read to prove the sets. */
  readonly bytesRead: number;
  /** By member: what happened to a file while it was read. */
  readonly lost: ReadonlyMap<number, Lost>;
  readonly problems: readonly Problem[];
}

/** What a content store has for the duplicate sets of a tree, some of which have a single member then. */
export interface StoreEntries {
  /** Rows of the tree come before this row, those of entries follow. */
  readonly firstEntry: number;
  /** By set: rows of entries that were proven equal, in the order in which they are tried. */
  readonly entries: ReadonlyMap<number, readonly number[]>;
  /** Whether the inode of a row of the tree is known to be an entry already. */
  readonly isEntry: (file: number) => boolean;
  /** By set: whether a further entry with the mode of this row may be put in. */
  readonly hasRoom: (set: number, file: number) => boolean;
}

/** What a plan does with a content store. */
export interface StorePlan {
  /** By plan row: 1 if the path is replaced because of the store alone; the tree has no file to replace it by. */
  readonly linked: Uint8Array;
  /** Inodes that are put into the store: the row of a link, and its set. */
  readonly additions: readonly StoreAddition[];
  /** By row: the entry that a path stays apart from because of its modification time. */
  readonly apart: ReadonlyMap<number, number>;
  /** Inodes of the tree whose content the store has. */
  readonly found: number;
}

export interface StoreAddition {
  readonly file: number;
  readonly set: number;
}

/**
 * The decision for every path of every duplicate set. Set `s` is plan rows `starts[s]` to
 * `starts[s + 1] - 1`, the keeper's paths first. A dry run prints what a real run executes.
 */
export interface Plan {
  readonly starts: Uint32Array;
  /** Row of each path in the file table. */
  readonly names: Uint32Array;
  /** Row of a link of the inode that this path is to be linked to. */
  readonly keepers: Uint32Array;
  /** `Verdict` of each path. */
  readonly verdicts: Uint8Array;
  readonly hashes: readonly string[];
  /** The reasons for `would-rebuild`. */
  readonly bounds: MtimeBounds;
  readonly apart: ApartPaths;
  /** For clones: bytes that cloning an inode frees, at its first row. */
  readonly freed?: Float64Array;
  /** Undefined without a content store. */
  readonly store?: StorePlan;
  /** Why the plan does nothing: file systems that lack what was asked for. */
  readonly refused?: readonly Problem[];
}

export const NO_METHODS: Readonly<Methods> = { exchange: 0, rename: 0, clone: 0, dedupeRange: 0 };

/** The outcome of a plan; parallel to its rows. */
export interface Outcomes {
  readonly verdicts: Uint8Array;
  /** Row, in the file table, of a link of the inode that the path leads to now. */
  readonly keepers: Uint32Array;
  /** By plan row: the change time of the keeper after the path was linked to it, nanoseconds since 1970; 0 if unknown. */
  readonly ctimes: BigInt64Array;
  /** By plan row: a message that says what changed. */
  readonly details: ReadonlyMap<number, string>;
  readonly problems: readonly Problem[];
  readonly methods: Methods;
  /** Whether the run was stopped before its end. */
  readonly interrupted: boolean;
}

/** The outcome of a plan of which nothing was executed: what a dry run reports, and where a real run starts. */
export function initialOutcomes({ verdicts, keepers }: Plan, interrupted: boolean): Outcomes {
  const ctimes = new BigInt64Array(verdicts.length);
  const methods = NO_METHODS;
  return { verdicts, keepers, ctimes, details: new Map(), problems: [], methods, interrupted };
}

/** The file's blocks are not known: the system does not say, or the file changed. */
export const UNKNOWN_BLOCKS = -1;
/** The file has no block to share: it is all holes, or stored in the file system's metadata. */
export const NO_BLOCKS = -2;

/** Where equal files lie on the disk. The columns are parallel to `DuplicateSets.members`; see `locateBlocks`. */
export interface Locations {
  /** By device: whether its file system makes copy-on-write clones. */
  readonly clones: readonly boolean[];
  /** By device: the type of its file system ("ext4"), if known. */
  readonly fileSystems: readonly (string | undefined)[];
  readonly places: Int32Array;
  readonly bytes: Float64Array;
  readonly ownBytes: Float64Array;
}

/** What a run did with a content store, beside the plan. */
export interface StoreFindings {
  readonly path: BytePath;
  /** Inodes that were entries already and have no duplicate in the tree. */
  readonly found: number;
  readonly added: number;
  readonly evicted: readonly BytePath[];
  readonly trimmed: number;
  readonly trimmedBytes: number;
}

/** What `--protect` did. */
export interface Protection {
  /** Files that were made read-only; in a dry run, that would be. */
  readonly count: number;
  /** Files that stay writable because they have links outside the tree. */
  readonly warnings: readonly Warning[];
  readonly problems: readonly Problem[];
}

/** Where an installed copy lies, in contrast to other copies. */
export const INSTALLED = "installed";
