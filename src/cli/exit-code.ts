import type { Report } from "../core/report.ts";

/** The exit codes of the command line; scripts rely on them. */
export const ExitCode = {
  ok: 0,
  found: 1,
  usage: 2,
  failed: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** What the exit code of a run depends on. */
type Ended = Pick<Report["totals"], "failed" | "replaceable">;

/**
 * The exit code of a run that came to its end.
 *
 * @param check `--check`: a duplicate that an action would replace is a finding.
 * @param signal What stopped the run early, if anything did.
 */
export function exitCodeOf(
  report: Pick<Report, "verification"> & { readonly totals: Ended },
  check: boolean,
  signal: "SIGINT" | "SIGTERM" | undefined,
): number {
  if (signal === "SIGINT") return ExitCode.interrupted;
  if (signal === "SIGTERM") return ExitCode.terminated;
  if (report.totals.failed > 0) return ExitCode.failed;
  if (isUndone(report)) return ExitCode.found;
  return check && report.totals.replaceable > 0 ? ExitCode.found : ExitCode.ok;
}

/** `--verify` took links back, or could not make the build tool quiet again. */
function isUndone({ verification }: Pick<Report, "verification">): boolean {
  if (verification === undefined) return false;
  const { reverted, rebuilt, quiet } = verification;
  return reverted.length + rebuilt.length > 0 || quiet === false;
}
