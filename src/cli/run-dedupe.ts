import { dedupe } from "../commands/dedupe.ts";
import { DedupeError } from "../core/errors.ts";
import { jsonSchema } from "../render/dedupe/schema.ts";
import { renderJson } from "../render/dedupe/json.ts";
import { kindsToJson, renderKinds } from "../render/kinds.ts";
import { renderMarkdown } from "../render/dedupe/markdown.ts";
import { renderProblem, renderText } from "../render/dedupe/text.ts";
import { renderVerification, renderWarning } from "../render/dedupe/verification.ts";
import { ExitCode, exitCodeOf } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { parseOptions } from "./parse-options.ts";
import { type Flags, RESERVED_NAMES } from "./program.ts";
import { readList } from "./read-list.ts";
import { watchRun } from "./watch-run.ts";
import { writeSummary } from "./write-summary.ts";

/** The main command; the exit code. */
export async function runDedupe(
  flags: Flags,
  paths: readonly string[],
  out: Output,
  err: Output,
): Promise<number> {
  if (flags.jsonSchema) return print(out, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  if (flags.listKinds) {
    return print(
      out,
      flags.json ? `${JSON.stringify(kindsToJson(), null, 2)}\n` : `${renderKinds().join("\n")}\n`,
    );
  }
  refuseReservedNames(paths);
  const listed =
    flags.filesFrom === undefined ? [] : readList(flags.filesFrom, flags.null ?? false);
  const options = parseOptions(flags, paths, listed);
  const {
    result: report,
    style,
    signal,
  } = await watchRun(flags, err, (hooks) => dedupe(options, hooks));
  for (const problem of report.problems) err.write(`${renderProblem(problem)}\n`);
  for (const line of renderVerification(report)) err.write(`${line}\n`);
  if (flags.json) {
    for (const piece of renderJson(report)) out.write(piece);
  } else if (!flags.quiet) {
    const text = {
      verbose: flags.verbose ?? false,
      color: style.color,
      check: flags.check ?? false,
    };
    for (const line of renderText(report, text)) out.write(`${line}\n`);
    for (const warning of report.warnings) err.write(`${renderWarning(warning)}\n`);
  }
  const code = exitCodeOf(report, flags.check ?? false, signal);
  const why =
    flags.summary === undefined ? undefined : writeSummary(flags.summary, renderMarkdown(report));
  if (why === undefined) return code;
  err.write(`dedupe: ${why}\n`);
  return code === ExitCode.ok ? ExitCode.failed : code;
}

/** A directory called like a command is written `./store`, so that later versions mean the same. */
function refuseReservedNames([first]: readonly string[]): void {
  if (first === undefined || !RESERVED_NAMES.has(first)) return;
  throw new DedupeError(
    "bad-option",
    `'${first}' is a command that this version does not have`,
    `a directory of that name is written ./${first}`,
  );
}

function print(out: Output, text: string): number {
  out.write(text);
  return ExitCode.ok;
}
