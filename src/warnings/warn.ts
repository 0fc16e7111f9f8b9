import type { FileTable } from "../core/file-table.ts";
import type { Outcomes, Plan } from "../core/model.ts";
import type { Action } from "../core/report.ts";
import type { Warning } from "../core/report.ts";
import { currentDir } from "../fs/disk.ts";
import { warnOfArchives } from "./archives.ts";
import { linkedFiles } from "./linked-files.ts";
import { warnOfNpmPack } from "./npm-pack.ts";
import { warnOfOverlay } from "./overlay.ts";

/** Warns of the problems that the links of this run, or of a real run in place of a dry run, cause in this tree. */
export function warn(
  files: FileTable,
  plan: Plan,
  outcomes: Outcomes,
  { action, dryRun }: { readonly action: Action; readonly dryRun: boolean },
): Warning[] {
  if (action === "none") return [];
  const linked = linkedFiles(plan, outcomes, dryRun);
  if (linked.length === 0) return [];
  const cwd = currentDir();
  return [
    ...warnOfArchives(files, linked, cwd),
    ...warnOfNpmPack(files, linked, cwd),
    ...warnOfOverlay(files, linked, cwd),
  ];
}
