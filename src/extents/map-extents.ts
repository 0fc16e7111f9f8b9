import type { FileTable } from "../core/file-table.ts";
import { cutBatches, eachGroup, groupCount, sliceStarts } from "../core/groups.ts";
import { type DuplicateSets, type Locations, UNKNOWN_BLOCKS } from "../core/model.ts";
import type { Action } from "../core/report.ts";
import { canClone, fileSystemType } from "../fs/file-systems.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { locateBlocksTask } from "./locate-blocks.ts";

/** Files in one task: about 10 ms of work. */
const BATCH_FILES = 1000;
/** Files that are tried per file system, in case it refuses to clone one of them for a reason of its own. */
const SAMPLES = 4;

/**
 * For the action `reflink`: finds out which file systems can clone, and which files of the sets share their blocks
 * already. Undefined for other actions. Changes nothing.
 */
export async function mapExtents(
  files: FileTable,
  sets: DuplicateSets,
  options: { readonly action: Action },
  pool: WorkerPool,
): Promise<Locations | undefined> {
  if (options.action !== "reflink") return undefined;
  const { starts, members } = sets;
  const samples = samplesByDevice(files, sets);
  const clones = samples.map((rows) => rows.some((row) => canClone(files.path(row))));
  const fileSystems = samples.map(([first]) =>
    first === undefined ? undefined : fileSystemType(files.path(first)),
  );
  const places = new Int32Array(members.length).fill(UNKNOWN_BLOCKS);
  const bytes = new Float64Array(members.length);
  const ownBytes = new Float64Array(members.length);
  const costOf = (set: number): number =>
    clones[files.columns.device[members[starts[set]]]] ? starts[set + 1] - starts[set] : 0;
  await Promise.all(
    cutBatches(groupCount(starts), costOf, BATCH_FILES).map(async ({ from, to }) => {
      const located = await pool.run(locateBlocksTask, {
        members: members.slice(starts[from], starts[to]),
        starts: sliceStarts(starts, from, to),
        clones,
      });
      places.set(located.places, starts[from]);
      bytes.set(located.bytes, starts[from]);
      ownBytes.set(located.ownBytes, starts[from]);
    }),
  );
  return { clones, fileSystems, places, bytes, ownBytes };
}

/** By device: some files of the sets. */
function samplesByDevice(
  files: FileTable,
  { starts, members }: DuplicateSets,
): readonly (readonly number[])[] {
  const samples = files.devices.map((): number[] => []);
  for (const { from } of eachGroup(starts)) {
    const rows = samples[files.columns.device[members[from]]];
    if (rows.length < SAMPLES) rows.push(members[from]);
  }
  return samples;
}
