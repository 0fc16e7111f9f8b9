import type { FileTable } from "../core/file-table.ts";
import { cutBatches, groupCount, sliceStarts } from "../core/groups.ts";
import { type Classification, NO_UNIT } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { shareTable } from "../workers/shared-table.ts";
import { releaseResources } from "../workers/task.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type NearFile, type Units, compareVariantsTask } from "./compare-variants.ts";
import type { KindFilter } from "./kind-filter.ts";

/** The variants that equal another one but for noise. */
export interface NearFindings {
  /** In the order of the table. */
  readonly near: readonly NearFile[];
  /** Units with several variants. */
  readonly unitCount: number;
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
}

/** Microseconds, roughly: to open two files and find out why they differ, and to read a byte for that. */
const COST_OF_PAIR = 200;
const COST_OF_BYTE = 1 / 500;
/** Microseconds of work in a task. */
const BATCH = 20_000;
/** Below this many microseconds of work, worker threads cost more than they save. */
const WORTH_THREADS = 60_000;

/** Compares the variants of each unit. */
export async function findNear(
  files: FileTable,
  classification: Classification,
  { all, kinds }: KindFilter,
  pool: WorkerPool,
): Promise<NearFindings> {
  // Only what crosses to the worker threads.
  const filter = { all, kinds };
  const { members, starts } = listUnits(files, classification);
  const { size } = files.columns;
  const costOf = (unit: number): number => {
    const rows = members.subarray(starts[unit], starts[unit + 1]);
    return rows.reduce((sum, row) => sum + COST_OF_PAIR + size[row] * COST_OF_BYTE, 0);
  };
  const batches = cutBatches(groupCount(starts), costOf, BATCH);
  const total = batches.reduce((sum, { cost }) => sum + cost, 0);
  await pool.prepare(shareTable, files.shared());
  if (total > WORTH_THREADS) pool.start();
  let done = 0;
  const parts = await Promise.all(
    batches.map(async ({ from, to, cost }) => {
      const input = {
        members: members.slice(starts[from], starts[to]),
        starts: sliceStarts(starts, from, to),
        filter,
      };
      const part = await pool.run(compareVariantsTask, input);
      done += cost;
      pool.emit({ type: "match", done, total });
      return part;
    }),
  );
  await pool.broadcast(releaseResources, undefined);
  return {
    near: parts.flatMap((part) => part.near).toSorted((a, b) => a.row - b.row),
    unitCount: groupCount(starts),
    bytesRead: parts.reduce((sum, part) => sum + part.bytesRead, 0),
    problems: distinct(parts.flatMap((part): readonly Problem[] => part.problems)),
  };
}

/** A file that fails does so in each comparison. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byKey = new Map(problems.map((problem) => [`${problem.path}\0${problem.code}`, problem]));
  return [...byKey.values()];
}

/** The units with several files, each with its files in the order of the variants. */
function listUnits(files: FileTable, { unit, variant }: Classification): Units {
  const byUnit = new Map<number, number[]>();
  for (let row = 0; row < files.count; row += 1) {
    if (unit[row] === NO_UNIT) continue;
    const rows = byUnit.get(unit[row]);
    if (rows === undefined) byUnit.set(unit[row], [row]);
    else rows.push(row);
  }
  const groups = [...byUnit.values()].filter((rows) => rows.length > 1);
  const starts = new Uint32Array(groups.length + 1);
  groups.forEach((rows, i) => {
    rows.sort((a, b) => variant[a] - variant[b] || a - b);
    starts[i + 1] = starts[i] + rows.length;
  });
  return { members: Uint32Array.from(groups.flat()), starts };
}
