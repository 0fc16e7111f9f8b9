import type { FileTable } from "../core/file-table.ts";
import { canClone, fileSystemType } from "../fs/file-systems.ts";
import { type DuplicateSets, type Locations, UNKNOWN_BLOCKS } from "../core/model.ts";
import type { Action } from "../core/report.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { locateBlocksTask } from "./locate-blocks.ts";

/** Files that are looked at in one task: some 10 ms. */
const BATCH = 1000;
/** Files by which a file system is tried, should it refuse one for a reason of its own. */
const SAMPLES = 4;

/**
 * For clones: which file systems make them, and which equal files lie on the same blocks already.
 * Undefined where nothing is to be cloned. Changes nothing.
 */
export async function mapExtents(
  files: FileTable,
  sets: DuplicateSets,
  { action }: { readonly action: Action },
  pool: WorkerPool,
): Promise<Locations | undefined> {
  if (action !== "reflink") return undefined;
  const samples = findSamples(files, sets);
  const clones = samples.map((members) => members.some((member) => canClone(files.path(member))));
  const fileSystems = samples.map(([first]) =>
    first === undefined ? undefined : fileSystemType(files.path(first)),
  );
  const places = new Int32Array(sets.members.length).fill(UNKNOWN_BLOCKS);
  const bytes = new Float64Array(sets.members.length);
  const ownBytes = new Float64Array(sets.members.length);
  await Promise.all(
    cutBatches(files, sets, clones).map(async ([from, to]) => {
      const first = sets.starts[from];
      const members = sets.members.slice(first, sets.starts[to]);
      const starts = sets.starts.slice(from, to + 1).map((start) => start - first);
      const located = await pool.run(locateBlocksTask, { members, starts });
      places.set(located.places, first);
      bytes.set(located.bytes, first);
      ownBytes.set(located.ownBytes, first);
    }),
  );
  return { clones, fileSystems, places, bytes, ownBytes };
}

/** By device: some members of sets. */
function findSamples(files: FileTable, sets: DuplicateSets): readonly (readonly number[])[] {
  const samples = files.devices.map((): number[] => []);
  for (let set = 0; set + 1 < sets.starts.length; set += 1) {
    const member = sets.members[sets.starts[set]];
    const own = samples[files.columns.device[member]];
    if (own.length < SAMPLES) own.push(member);
  }
  return samples;
}

/** Runs of sets on file systems that clone. */
function cutBatches(
  files: FileTable,
  sets: DuplicateSets,
  clones: readonly boolean[],
): [number, number][] {
  const batches: [number, number][] = [];
  for (let set = 0; set + 1 < sets.starts.length; set += 1) {
    if (!clones[files.columns.device[sets.members[sets.starts[set]]]]) continue;
    const last = batches.at(-1);
    if (last?.[1] === set && sets.starts[set] - sets.starts[last[0]] < BATCH) last[1] = set + 1;
    else batches.push([set, set + 1]);
  }
  return batches;
}
