import { currentFolder } from "../fs/disk.ts";
import type { Outcomes, Plan, Tree } from "../model.ts";
import type { Settings } from "../options.ts";
import type { Warning } from "../report.ts";
import { warnOfArchives } from "../warnings/archives.ts";
import { linkedFiles } from "../warnings/linked-names.ts";
import { warnOfNpmPack } from "../warnings/npm-pack.ts";
import { warnOfOverlay } from "../warnings/overlay.ts";

/** Dangers that the links of this run bring to this tree, each with what to do; none where there is no cause. */
export async function warn(
  { files }: Tree,
  plan: Plan,
  outcomes: Outcomes,
  { action, dryRun }: Settings,
): Promise<Warning[]> {
  if (action === "none") return [];
  const linked = linkedFiles(plan, outcomes, dryRun);
  if (linked.length === 0) return [];
  const cwd = currentFolder();
  return [
    ...warnOfArchives(files, linked, cwd),
    ...(await warnOfNpmPack(files, linked, cwd)),
    ...warnOfOverlay(files, linked, cwd),
  ];
}
