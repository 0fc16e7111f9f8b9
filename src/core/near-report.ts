import type { BytePath } from "./byte-path.ts";
import type { Problem, Unmatched } from "./report.ts";

/** What `dedupe diff --near` found. Sizes are in bytes; paths are byte paths. */
export interface NearReport {
  readonly schema: 1;
  readonly command: "diff --near";
  /** A signal stopped the run before its end; the report covers what was compared until then. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: NearTotals;
  /** Ordered by bytes, the largest first. */
  readonly groups: readonly NearGroup[];
  readonly unmatched: readonly Unmatched[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

export interface NearTotals {
  /** Files that may be artifacts and that the options select. */
  readonly files: number;
  /** Units that exist in two or more variants. */
  readonly units: number;
  /** Artifacts that differ from another variant of their unit only in noise. */
  readonly near: number;
  /** Their bytes: what could be linked if the builds were reproducible. */
  readonly nearBytes: number;
  readonly bytesRead: number;
  /** Files and directories that could not be read, or changed during the comparison. */
  readonly failed: number;
  readonly seconds: number;
}

/** Artifacts of one kind that differ from another variant in the same noise. */
export interface NearGroup {
  /** The name of a kind of artifacts, or "other". */
  readonly kind: string;
  /** "elf", "ar" and so on. */
  readonly format: string;
  /** "differ only in members' times". */
  readonly verdict: string;
  /** What makes the builds equal. */
  readonly remedy: string | undefined;
  readonly bytes: number;
  /** Ordered by path bytes. */
  readonly pairs: readonly NearPair[];
}

export interface NearPair {
  readonly path: BytePath;
  /** The variant that it equals but for noise. */
  readonly of: BytePath;
  readonly size: number;
}
