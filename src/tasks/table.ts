import { comparePairsTask } from "../diff/compare-pairs.ts";
import { compareVariantsTask } from "../diff/compare-variants.ts";
import { executeSetsTask } from "../apply/execute-sets.ts";
import { locateBlocksTask } from "../extents/locate-blocks.ts";
import { readFirstBlocksTask } from "../match/prefetched-blocks.ts";
import { matchGroupsTask } from "../match/match-groups.ts";
import { collectDirTimes, restoreOpenDirTimes } from "../replace/restore-dir-times.ts";
import { unshareFilesTask } from "../unshare/unshare-files.ts";
import { readDirsTask } from "../walk/read-directories.ts";
import { setWalkRules } from "../walk/walk-rules.ts";
import { addEntriesTask } from "../store/add-entry.ts";
import { digestEntriesTask } from "../store/digest-entries.ts";
import { shareTable } from "../workers/shared-table.ts";
import { type AnyTask, releaseResources } from "../workers/task.ts";

/** Every task that a worker thread can be asked to run. A task that is missing here runs on no worker. */
export const TASKS: readonly AnyTask[] = [
  setWalkRules,
  readDirsTask,
  shareTable,
  readFirstBlocksTask,
  matchGroupsTask,
  comparePairsTask,
  compareVariantsTask,
  locateBlocksTask,
  executeSetsTask,
  addEntriesTask,
  digestEntriesTask,
  unshareFilesTask,
  collectDirTimes,
  restoreOpenDirTimes,
  releaseResources,
];
