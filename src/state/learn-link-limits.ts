import { Verdict, skipVerdict } from "../core/model.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { Memory } from "./load-state.ts";
import type { LinkResult } from "./note-links.ts";

/** How many numbers a state holds; a tree has few file systems. */
const MOST = 8;

/**
 * Numbers of links at which a file could take no more, as earlier runs have found out. Where the limit of a file system
 * is unknown, `--check` takes files with so many links for full; a run that makes links tries again.
 */
export function rememberedLinkLimits({ homes }: Pick<Memory, "homes">): ReadonlySet<number> {
  return new Set(homes.flatMap(({ state }) => Array.from(state.linkLimits)));
}

/** By home: the numbers to be remembered after linking; undefined if the run has found no new one. */
export function learnLinkLimits(
  { files, plan, outcomes }: LinkResult,
  { homes, homeOf }: Memory,
): readonly (Float64Array | undefined)[] {
  const found = homes.map(() => new Set<number>());
  for (let row = 0; row < plan.names.length; row += 1) {
    const isRefused =
      plan.verdicts[row] === Verdict.replace &&
      outcomes.verdicts[row] === skipVerdict("link-limit");
    const keeper = plan.keepers[row];
    const home = isRefused ? homeOf(files.columns.dir[plan.names[row]]) : -1;
    if (home < 0) continue;
    const stat = tryErrno(() => disk.lstat(files.path(keeper)));
    if (!isErrno(stat) && stat.ino === files.columns.inode[keeper] && stat.nlink > 1n)
      found[home].add(Number(stat.nlink));
  }
  return found.map((limits, home) => {
    const known = new Set(homes[home].state.linkLimits);
    if ([...limits].every((limit) => known.has(limit))) return undefined;
    return Float64Array.from([...new Set([...limits, ...known])].slice(0, MOST));
  });
}
