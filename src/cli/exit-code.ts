import type { StopSignal } from "./run-with-hooks.ts";

/** The exit codes of all commands. Scripts rely on them. */
export const ExitCode = {
  ok: 0,
  found: 1,
  usage: 2,
  failed: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** What these exit codes mean for every command. */
export const COMMON_EXIT_CODES = {
  0: "completed without failures",
  130: "interrupted (SIGINT); the work done so far is reported",
  143: "terminated (SIGTERM); likewise",
};

/** The exit code of a run that ended without an exception. */
export function exitCodeOf(run: {
  /** The number of files that could not be processed. */
  readonly failures: number;
  /** Whether the run found what the command is to report with exit code 1. */
  readonly findings: boolean;
  /** The signal that stopped the run early. */
  readonly signal: StopSignal | undefined;
}): number {
  if (run.signal === "SIGINT") return ExitCode.interrupted;
  if (run.signal === "SIGTERM") return ExitCode.terminated;
  if (run.failures > 0) return ExitCode.failed;
  return run.findings ? ExitCode.found : ExitCode.ok;
}
