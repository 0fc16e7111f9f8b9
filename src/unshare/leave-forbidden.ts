import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import { Verdict, skipVerdict } from "../core/model.ts";
import { ForbiddenPaths } from "../replace/forbidden-paths.ts";
import type { UnsharePlan } from "./plan-unshare.ts";

/**
 * Takes paths out of a plan whose directories do not let files be removed, so that a private file could not take their
 * place. If one path of an inode is such a path, that one keeps the inode.
 *
 * @param mayProbe Also find out what only a trial shows, which a dry run does not make.
 */
export function leaveForbidden(
  files: FileTable,
  plan: UnsharePlan,
  mayProbe: boolean,
): UnsharePlan {
  const forbidden = new ForbiddenPaths(files, mayProbe);
  const names = plan.names.slice();
  const verdicts = plan.verdicts.slice();
  const details = new Map<number, string>();
  for (const { from, to } of eachGroup(plan.starts)) {
    const last = to - 1;
    for (let row = from; row < to; row += 1) {
      let why = verdicts[row] === Verdict.replace ? forbidden.why(names[row]) : undefined;
      if (why !== undefined && verdicts[last] === Verdict.keep) {
        // All links are known, so the path that was to keep the inode gets a private file instead.
        [names[row], names[last]] = [names[last], names[row]];
        verdicts[last] = skipVerdict("forbidden");
        details.set(last, why);
        why = forbidden.why(names[row]);
      }
      if (why === undefined) continue;
      verdicts[row] = skipVerdict("forbidden");
      details.set(row, why);
    }
    const isAlone = verdicts.subarray(from, last).every((verdict) => verdict === Verdict.replace);
    if (isAlone && plan.verdicts[last] === Verdict.keep && details.delete(last))
      verdicts[last] = Verdict.keep;
  }
  forbidden.close();
  return { ...plan, names, verdicts, details };
}
