import { renderProblem } from "../render/dedupe/text.ts";
import { unshareSchema } from "../render/unshare/schema.ts";
import { renderUnshareJson } from "../render/unshare/json.ts";
import { renderUnshareText } from "../render/unshare/text.ts";
import { unshare } from "../commands/unshare.ts";
import { ExitCode, exitCodeOf } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { parseShared } from "./parse-shared.ts";
import { readList } from "./read-list.ts";
import type { UnshareFlags } from "./unshare-command.ts";
import { watchRun } from "./watch-run.ts";

/** `dedupe unshare`; the exit code. */
export async function runUnshare(
  flags: UnshareFlags,
  paths: readonly string[],
  out: Output,
  err: Output,
): Promise<number> {
  if (flags.jsonSchema) {
    out.write(`${JSON.stringify(unshareSchema(), null, 2)}\n`);
    return ExitCode.ok;
  }
  const listed =
    flags.filesFrom === undefined ? [] : readList(flags.filesFrom, flags.null ?? false);
  const options = parseShared(flags, paths, listed);
  const {
    result: report,
    style,
    signal,
  } = await watchRun(flags, err, (hooks) => unshare(options, hooks));
  for (const problem of report.problems) err.write(`${renderProblem(problem)}\n`);
  if (!flags.json && !flags.quiet) {
    for (const { message } of report.warnings) err.write(`dedupe: ${message}\n`);
  }
  if (flags.json) {
    for (const piece of renderUnshareJson(report)) out.write(piece);
  } else if (!flags.quiet) {
    const text = { verbose: flags.verbose ?? false, color: style.color };
    for (const line of renderUnshareText(report, text)) out.write(`${line}\n`);
  }
  return exitCodeOf(
    { totals: { failed: report.totals.failed, replaceable: 0 }, verification: undefined },
    false,
    signal,
  );
}
