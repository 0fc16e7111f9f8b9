import type { BytePath } from "./byte-path.ts";
import type { DifferenceClass, PartDifference } from "./explanation.ts";
import type { Problem, Unmatched } from "./report.ts";

/** What `dedupe diff` found. Sizes are in bytes; paths are byte paths, relative to the root of their tree. */
export interface DiffReport {
  readonly schema: 1;
  readonly command: "diff";
  /** A signal stopped the run before its end; the report covers what was compared until then. */
  readonly interrupted: boolean;
  /** The two trees, A and B. */
  readonly roots: readonly BytePath[];
  readonly totals: DiffTotals;
  /** Ordered by class, the most serious first, then by size, the largest first. */
  readonly groups: readonly DifferenceGroup[];
  /** Artifacts without a counterpart, ordered by path bytes. */
  readonly onlyA: readonly BytePath[];
  readonly onlyB: readonly BytePath[];
  readonly unmatched: readonly Unmatched[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

/** Symbolic links with the names of artifacts count as artifacts. */
export interface DiffTotals {
  /** Artifacts in tree A, and in tree B. */
  readonly artifactsA: number;
  readonly artifactsB: number;
  /** Pairs of artifacts. */
  readonly pairs: number;
  /** Pairs with equal contents and modes, or equal targets of symbolic links. */
  readonly equal: number;
  /** Bytes of the files of tree A in these pairs. */
  readonly equalBytes: number;
  readonly different: number;
  /** Different pairs by the most serious class of their differences. */
  readonly classes: Readonly<Record<DifferenceClass, number>>;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Pairs that could not be compared. */
  readonly unknown: number;
  readonly bytesRead: number;
  /** Files and directories that could not be read, or changed during the comparison. */
  readonly failed: number;
  readonly seconds: number;
}

/** Different pairs of one kind whose differences have the same reason. */
export interface DifferenceGroup {
  /** The name of a kind of artifacts, "symbolic-link", or "other". */
  readonly kind: string;
  /** "elf", "ar" and so on; undefined if the contents are equal or were not compared. */
  readonly format: string | undefined;
  /** "code differs", "differ only in members' times". */
  readonly verdict: string;
  readonly class: DifferenceClass;
  /** What makes the builds equal. */
  readonly remedy: string | undefined;
  /** Ordered by path bytes. */
  readonly pairs: readonly DifferentPair[];
}

export interface DifferentPair {
  readonly path: BytePath;
  /** The path in tree B, if it is another one. */
  readonly other?: BytePath;
  /** The sizes in tree A and tree B. Missing if one is a symbolic link. */
  readonly sizes?: readonly [a: number, b: number];
  /** The permission bits, if they differ. */
  readonly modes?: readonly [a: number, b: number];
  /** The targets of symbolic links; undefined for the side that is a file. */
  readonly targets?: readonly [a: BytePath | undefined, b: BytePath | undefined];
  /** Offset of the first byte that differs. */
  readonly firstDifference?: number;
  /** The parts of the file that differ, the most serious first. */
  readonly parts: readonly PartDifference[];
}
