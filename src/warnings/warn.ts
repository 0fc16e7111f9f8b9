import { currentDir } from "../fs/disk.ts";
import type { Outcomes, Plan, Tree } from "../core/model.ts";
import type { Settings } from "../core/options.ts";
import type { Warning } from "../core/report.ts";
import { warnOfArchives } from "./archives.ts";
import { linkedFiles } from "./linked-files.ts";
import { warnOfNpmPack } from "./npm-pack.ts";
import { warnOfOverlay } from "./overlay.ts";

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
  const cwd = currentDir();
  return [
    ...warnOfArchives(files, linked, cwd),
    ...(await warnOfNpmPack(files, linked, cwd)),
    ...warnOfOverlay(files, linked, cwd),
  ];
}
