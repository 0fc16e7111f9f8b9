import type { BytePath } from "./byte-path.ts";
import type { FileTable } from "./file-table.ts";
import { type Alias, type Methods, type Problem, SKIP_REASONS, type SkipReason } from "./report.ts";

/**
 * What the plan says of one name, and after `apply` what became of it. Kept as a byte a name.
 * The values from `Verdict.firstSkip` on are `SKIP_REASONS` in their order.
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

/** A directory in which a build left notes of what its outputs were made from. */
export interface BuildFileDir {
  readonly path: BytePath;
  /** The names of these notes, a slash before each; undefined: whether there are any was not looked at. */
  readonly names: string | undefined;
}

/** The walk's result: every file that may be an artifact, with what was counted on the way. */
export interface Tree {
  readonly files: FileTable;
  /** Regular files met, artifacts or not. */
  readonly fileCount: number;
  readonly dirCount: number;
  /** Names that earlier runs of ours may have left. */
  readonly temporaries: readonly BytePath[];
  /** Dependency files, ninja's logs: see `artifacts/build-records`. */
  readonly dependencyInfo: readonly BuildFileDir[];
  /** Further ways to what is in the table. */
  readonly aliases: readonly Alias[];
  readonly problems: readonly Problem[];
}

/** The unit of files that are compiled in one variant only, as far as paths tell. */
export const NO_UNIT = 0xffff_ffff;

/** Unit and variant of every file. Parallel to the file table. */
export interface Classification {
  /** Index into `variants`. */
  readonly variant: Uint16Array;
  /** Files with the same number are the same unit, compiled several times. */
  readonly unit: Uint32Array;
  /** The name of a unit, by its number. */
  readonly unitName: (unit: number) => BytePath;
  /** Variant names in their natural order; "" is a path that names none. */
  readonly variants: readonly string[];
}

/**
 * Inodes that may be equal: same device, same size, at least two of them. Group `g` is
 * `members[starts[g]]` to `members[starts[g + 1] - 1]`; a member is an inode, given by the file number
 * of its first name.
 */
export interface CandidateGroups {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  /** The next hard link of the same inode, or -1. Parallel to the file table. */
  readonly nextLink: Int32Array;
}

/** Between which times an output may be dated so that its build finds it up to date. Nanoseconds since 1970. */
export interface MtimeBound {
  /** The newest of its prerequisites, `inputs` left out; undefined where none is known. */
  readonly after: bigint | undefined;
  /** Which one that is. */
  readonly newest: BytePath;
  /** Dated later than this, its build takes it for changed; undefined where nothing says so. */
  readonly until: bigint | undefined;
  /** Prerequisites that may get another time themselves, by file number. */
  readonly inputs: readonly number[];
  /** Whether a rule names all that it is linked from. */
  readonly complete: boolean;
  /** Its build makes it anew in any case: it was interrupted, or something changed since. */
  readonly stale: boolean;
}

/** By file number, for names of proven sets whose build has left notes. */
export type MtimeBounds = ReadonlyMap<number, MtimeBound>;

/** By file number, for all names of a file of which a build's rule writes one in place: what tells so, in words. */
export type InPlaceRules = ReadonlyMap<number, string>;

/** Inodes that were *proven* equal byte for byte. Only `match` makes one; only this type can be planned. */
export interface DuplicateSets {
  readonly proven: true;
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly nextLink: Int32Array;
  /** XXH64 of the content, 16 hex digits, by set; empty unless asked for. */
  readonly hashes: readonly string[];
  /** By file number of a member: the extended attributes that must agree, where it has any. */
  readonly attributes: ReadonlyMap<number, string>;
  /** Bytes read to prove them. */
  readonly bytesRead: number;
  /** Names that changed or vanished while they were read, by file number. */
  readonly lost: ReadonlyMap<number, "changed" | "vanished">;
  readonly problems: readonly Problem[];
}

/**
 * What is to happen to every name of every duplicate set. Set `s` is rows `starts[s]` to
 * `starts[s + 1] - 1`, the keeper's names first. A dry run prints what a real run executes.
 */
export interface Plan {
  readonly starts: Uint32Array;
  /** File number of each name. */
  readonly names: Uint32Array;
  /** File number of a name of the inode that this name is to point to. */
  readonly keepers: Uint32Array;
  /** `Verdict` of each name. */
  readonly verdicts: Uint8Array;
  readonly hashes: readonly string[];
  /** Why a name stays apart with `would-rebuild`. */
  readonly bounds: MtimeBounds;
  /** Why a name stays apart with `in-place-kind` that its kind would not keep apart. */
  readonly inPlaceRules: InPlaceRules;
  /** For clones: bytes that become free when an inode is cloned, at its first row. */
  readonly freed?: Float64Array;
  /** Why nothing is done: file systems that cannot do what was asked for. */
  readonly refused?: readonly Problem[];
}

export const NO_METHODS: Readonly<Methods> = { exchange: 0, rename: 0, clone: 0, dedupeRange: 0 };

/** What became of the plan; parallel to its rows. */
export interface Outcomes {
  readonly verdicts: Uint8Array;
  /** File number of a name of the inode that the row points to now. */
  readonly keepers: Uint32Array;
  /** Words for single rows: what changed, which errno. */
  readonly details: ReadonlyMap<number, string>;
  readonly problems: readonly Problem[];
  readonly methods: Methods;
  /** Whether the run was told to stop before its end. */
  readonly interrupted: boolean;
}

/** A plan of which nothing was carried out: what a dry run reports, and where a real one begins. */
export function initialOutcomes({ verdicts, keepers }: Plan, interrupted: boolean): Outcomes {
  return { verdicts, keepers, details: new Map(), problems: [], methods: NO_METHODS, interrupted };
}

/** Not known where it lies: the system does not tell, or the file changed. */
export const UNKNOWN_BLOCKS = -1;
/** There is no block to share: all is a hole, or inside the file system's metadata. */
export const NO_BLOCKS = -2;

/** Where proven-equal files lie on the disk. The columns are beside `DuplicateSets.members`; see `locateBlocks`. */
export interface Locations {
  /** By device: whether its file system makes copy-on-write clones. */
  readonly clones: readonly boolean[];
  /** By device: "ext4", where it can be known. */
  readonly fileSystems: readonly (string | undefined)[];
  readonly places: Int32Array;
  readonly bytes: Float64Array;
  readonly ownBytes: Float64Array;
}

/** What `--protect` did. */
export interface Protection {
  /** Files that were made read-only; in a dry run, that would be. */
  readonly count: number;
  readonly problems: readonly Problem[];
}
