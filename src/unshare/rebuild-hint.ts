import { rebuildHintOf } from "../artifacts/untimed-outputs.ts";
import type { WrittenThrough } from "../core/report.ts";
import { disk } from "../fs/disk.ts";

/** Adds what makes a file again if its build does not look at its time. */
export function withRebuildHint(found: WrittenThrough): WrittenThrough {
  const rebuild = rebuildHintOf(found.path, (path) => disk.exists(path));
  return rebuild === undefined ? found : { ...found, rebuild };
}
