import type { WrittenThrough } from "../core/report.ts";
import { plural } from "./numbers.ts";
import { printable } from "./printable.ts";

/** Yields the lines on standard error about links that were written through. */
export function* renderWrittenThrough(found: readonly WrittenThrough[]): Generator<string> {
  if (found.length === 0) return;
  for (const { path, detail, repaired } of found) {
    const end = repaired ? "" : ", not repaired";
    yield `dedupe: ${printable(path)}: written through a link (${detail}${end})`;
  }
  const repaired = found.filter((each) => each.repaired).length;
  const outdated = found.filter((each) => each.outdated).length;
  const left = found.length - repaired;
  yield "dedupe: a build step wrote into files that were linked, so that all of their links changed";
  if (outdated > 0) {
    yield (
      `dedupe: ${plural(outdated, "path has", "paths have")} private files again and will not be linked; build now, ` +
        "and delete the files that the build does not make again"
    );
  }
  for (const { tool, command, paths } of rebuildHints(found)) {
    yield (
      `dedupe: ${plural(paths, "path", "paths")} may be made by ${tool}, which does not look at the times of its outputs: ` +
        `run ${command}`
    );
  }
  if (repaired > outdated) {
    yield (
      `dedupe: ${plural(repaired - outdated, "path that may be a source has", "paths that may be sources have")} ` +
        "private files again, with the same contents and time, and will not be linked; restore those that are wrong"
    );
  }
  if (left > 0) {
    yield (
      `dedupe: ${plural(left, "path is", "paths are")} still linked; dedupe --hardlink or dedupe unshare separates ` +
        "them, so that the next build makes them again"
    );
  }
}

function rebuildHints(
  found: readonly WrittenThrough[],
): { readonly tool: string; readonly command: string; readonly paths: number }[] {
  const hints = new Map<string, { tool: string; command: string; paths: number }>();
  for (const { rebuild } of found) {
    if (rebuild === undefined) continue;
    const paths = (hints.get(rebuild.tool)?.paths ?? 0) + 1;
    hints.set(rebuild.tool, { ...rebuild, paths });
  }
  return [...hints.values()];
}
