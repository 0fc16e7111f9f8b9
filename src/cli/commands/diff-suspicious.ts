import { type SuspiciousOptions, findSuspicious } from "../../commands/suspicious.ts";
import { describeErrno } from "../../core/errno-messages.ts";
import { DedupeError } from "../../core/errors.ts";
import { isErrno, tryErrno } from "../../core/result.ts";
import type { SuspicionReport } from "../../core/suspicion-report.ts";
import { disk } from "../../fs/disk.ts";
import { renderJson } from "../../render/suspicious/json.ts";
import { type Detail, renderMarkdown, renderText } from "../../render/suspicious/text.ts";
import { type HookedRun, runWithHooks } from "../run-with-hooks.ts";

export { jsonSchema } from "../../render/suspicious/schema.ts";

const MIB = 1024 * 1024;
const MAX_LOG = 256 * MIB;

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
  const commands = log === undefined ? {} : { commands: readLog(log) };
  const done = await runWithHooks(flags, err, (hooks) =>
    findSuspicious({ ...options, ...commands }, hooks),
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

/** @throws DedupeError if the log cannot be read. */
function readLog(file: string): string {
  const bytes = tryErrno(() => disk.readUpTo(file, MAX_LOG + 1));
  if (isErrno(bytes)) {
    const { code } = bytes;
    const why = code === "ENOENT" ? "no such file or directory" : describeErrno(code);
    throw new DedupeError("bad-list", `--commands ${file}: ${why}`);
  }
  if (bytes.length > MAX_LOG)
    throw new DedupeError("bad-list", `--commands ${file}: larger than ${MAX_LOG / MIB} MiB`);
  return bytes.toString("utf8");
}
