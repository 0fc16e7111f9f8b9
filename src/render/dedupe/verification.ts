import type { Report, Warning } from "../../core/report.ts";
import { plural } from "../numbers.ts";
import { printable } from "../printable.ts";

/** What `--verify` has undone, name by name, or why it could not; nothing where all is well. Yields lines. */
export function* renderVerification({ verification }: Report): Generator<string> {
  if (verification === undefined) return;
  const { command, quiet, reverted, rebuilt } = verification;
  for (const path of reverted)
    yield `dedupe: ${printable(path)}: taken back, it has its own file and time again`;
  for (const path of rebuilt) yield `dedupe: ${printable(path)}: made anew while --verify ran`;
  const told = `dedupe: --verify '${printable(Buffer.from(command).toString("latin1"))}'`;
  if (reverted.length + rebuilt.length > 0 && quiet === true) {
    yield `${told} reported work after linking: ${plural(reverted.length + rebuilt.length, "link")} undone, now it reports none`;
  }
  if (quiet === false)
    yield `${told} still reports work, with the links taken back that changed a time: build, and look why`;
}

/** `dedupe: warning: build/libx.a: …` */
export function renderWarning({ path, message }: Warning): string {
  return `dedupe: warning: ${printable(path)}: ${printable(message)}`;
}
