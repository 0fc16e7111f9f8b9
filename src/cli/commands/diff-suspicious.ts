import { type SuspiciousOptions, diffSuspicious } from "../../commands/suspicious.ts";
import type { SuspicionReport } from "../../core/suspicion-report.ts";
import { renderJson } from "../../render/suspicious/json.ts";
import { type Detail, renderMarkdown, renderText } from "../../render/suspicious/text.ts";
import { readUserFile } from "../read-user-file.ts";
import { type HookedRun, runWithHooks } from "../run-with-hooks.ts";

export { jsonSchema } from "../../render/suspicious/schema.ts";

/** How the report is printed. */
interface SuspicionPrinter {
  readonly findings: boolean;
  readonly json: () => Iterable<string>;
  readonly text: (style: { detail: Detail; color: boolean }) => Iterable<string>;
  readonly markdown: () => string;
}

/**
 * Runs `dedupe diff --suspicious`.
 *
 * @param log The file of `--commands`.
 * @param flags Those about progress and colors.
 */
export async function examine(
  options: SuspiciousOptions,
  log: string | undefined,
  flags: Parameters<typeof runWithHooks>[0],
  err: Parameters<typeof runWithHooks>[1],
): Promise<{ done: HookedRun<SuspicionReport>; printer: SuspicionPrinter }> {
  const commands =
    log === undefined
      ? {}
      : { commands: readUserFile("--commands", log, "the log").toString("utf8") };
  const done = await runWithHooks(flags, err, (hooks) =>
    diffSuspicious({ ...options, ...commands }, hooks),
  );
  const { report } = done;
  const printer = {
    findings: report.suspicions.length > 0,
    json: () => renderJson(report),
    text: (style: { detail: Detail; color: boolean }) => renderText(report, style),
    markdown: () => renderMarkdown(report),
  };
  return { done, printer };
}
