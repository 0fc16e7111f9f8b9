import type { Report } from "../../core/report.ts";
import { plural } from "../numbers.ts";
import { printable } from "../printable.ts";

/** Yields lines on the links that `--verify` reverted, and on a build that is still out of date. */
export function* renderVerification({ verification }: Report): Generator<string> {
  if (verification === undefined) return;
  const { command, quiet, reverted, rebuilt } = verification;
  for (const path of reverted)
    yield `dedupe: ${printable(path)}: link reverted, it has its own file and time again`;
  for (const path of rebuilt)
    yield `dedupe: ${printable(path)}: rebuilt by the command of --verify`;
  const subject = `dedupe: --verify '${printable(Buffer.from(command).toString("latin1"))}'`;
  const count = reverted.length + rebuilt.length;
  if (count > 0 && quiet === true) {
    yield `${subject} reported work after linking; ${plural(count, "link was", "links were")} undone, and it reports none now`;
  }
  if (quiet === false) {
    yield `${subject} still reports work, although the links that changed a time were reverted; build, and find out why`;
  }
}
