import type { BytePath } from "./byte-path.ts";
import type { Problem, Unmatched } from "./report.ts";

/** What `dedupe diff --suspicious` found. */
export interface SuspicionReport {
  readonly schema: 1;
  readonly command: "diff --suspicious";
  /** A signal stopped the run before its end; the report covers what was examined until then. */
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: SuspicionTotals;
  /** Ordered by path bytes. */
  readonly suspicions: readonly Suspicion[];
  readonly unmatched: readonly Unmatched[];
  /** Ordered by path bytes. */
  readonly problems: readonly Problem[];
}

export interface SuspicionTotals {
  /** Objects from which several modules are linked. */
  readonly objects: number;
  /** These modules. */
  readonly modules: number;
  /** Commands in the log that compile a source. */
  readonly commands: number;
  /** Files and directories that could not be read. */
  readonly failed: number;
  readonly seconds: number;
}

/** An object that may be linked into the wrong module, or that depends on which command comes last. */
export interface Suspicion {
  readonly object: BytePath;
  /** Modules that all contain it; none if only commands raise the suspicion. Ordered by path bytes. */
  readonly modules: readonly BytePath[];
  /** Different commands that write it; empty if no log was given, or it has only one. In the order of the log. */
  readonly commands: readonly SuspiciousCommand[];
}

export interface SuspiciousCommand {
  /** In the log, or the number of the entry in `compile_commands.json`; counted from 1. */
  readonly line: number;
  /** What the other commands do not have. */
  readonly words: readonly string[];
}
