import type { FileTable } from "../file-table.ts";
import { type MatchOptions, type Matched, firstBlockLength } from "../matching/match-groups.ts";
import type { CandidateGroups, DuplicateSets, Problem } from "../model.ts";
import type { Settings } from "../options.ts";
import type { Crew } from "../workers/crew.ts";
import { matchGiant } from "./match-giant.ts";

/** Microseconds that opening, looking at and closing one file costs, and that reading a byte costs, about. */
const COST_OF_FILE = 8;
const COST_OF_BYTE = 1 / 4000;
/** A batch is some 10 ms of work: enough to hide the messages, little enough to share out evenly. */
const BATCH = 8000;
/** A group of this many files is read by all threads, if their first blocks may be held. */
const GIANT = 2000;
/** Below this many microseconds of work, starting worker threads costs more than they save. */
const WORTH_THREADS = 60_000;
/** Bytes of blocks held at once, in all threads together. */
const MOST_HELD = 192 * 1024 * 1024;
/** Files open at once, in all threads together: below the usual limit of 1024. */
const MOST_OPEN = 512;

/**
 * Reads the candidates and proves which are equal. Large groups go first, so that no thread is left
 * with one when the others are done.
 */
export async function match(
  files: FileTable,
  groups: CandidateGroups,
  settings: Settings,
  crew: Crew,
): Promise<DuplicateSets> {
  await crew.prepare({ type: "table", table: files.shared() });
  const batches = cutBatches(files, groups);
  const total = batches.reduce((sum, batch) => sum + batch.cost, 0);
  if (total > WORTH_THREADS) crew.start();
  const mostHeld = Math.floor(MOST_HELD / crew.jobs);
  const { hashes, all, kinds } = settings;
  const mostOpen = Math.max(8, Math.floor(MOST_OPEN / crew.jobs));
  const options: MatchOptions = {
    hashes,
    all,
    kinds,
    everyAttribute: settings.respectXattrs,
    mostOpen,
    mostHeld,
  };
  let done = 0;
  // One after the other: the first blocks of each are held until it is done.
  let giants: Promise<unknown> = Promise.resolve();
  const matchBatch = (batch: Batch): Promise<Matched[]> => {
    if (!crew.started || !isGiant(files, batch))
      return crew.perform({ type: "match", ...batch, options }).then((result) => [result]);
    const result = giants.then(() => matchGiant(files, batch.members, options, crew));
    giants = result;
    return result;
  };
  const results = await Promise.all(
    batches.map(async (batch) => {
      const result = await matchBatch(batch);
      done += batch.cost;
      crew.emit({ type: "match", done, total });
      return result;
    }),
  );
  const matched = results.flat();
  await crew.everyone({ type: "release" });
  for (const { kinds: told } of matched)
    for (const [file, kind] of told) tellKind(files, groups, file, kind);
  return { proven: true, nextName: groups.nextName, ...joinSets(matched) };
}

/** What the content told holds for all names of the file that are called alike. */
function tellKind(
  { columns }: FileTable,
  { nextName }: CandidateGroups,
  file: number,
  kind: number,
): void {
  const byName = columns.kind[file];
  for (let name = file; name >= 0; name = nextName[name])
    if (columns.kind[name] === byName) columns.kind[name] = kind;
}

interface Batch {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly cost: number;
}

function isGiant({ columns }: FileTable, { members, starts }: Batch): boolean {
  const held = members.length * firstBlockLength(columns.size[members[0]]);
  return starts.length === 2 && members.length >= GIANT && held <= MOST_HELD;
}

function cutBatches(files: FileTable, { members, starts }: CandidateGroups): Batch[] {
  const { size } = files.columns;
  const costOf = (g: number): number =>
    (starts[g + 1] - starts[g]) * (COST_OF_FILE + size[members[starts[g]]] * COST_OF_BYTE);
  const large: Batch[] = [];
  const small: Batch[] = [];
  let first = 0;
  let cost = 0;
  const cut = (end: number): void => {
    if (end > first) small.push(batchOf(members, starts, first, end, cost));
    first = end;
    cost = 0;
  };
  for (let g = 0; g + 1 < starts.length; g += 1) {
    const own = costOf(g);
    if (own > BATCH) {
      cut(g);
      large.push(batchOf(members, starts, g, g + 1, own));
      first = g + 1;
    } else {
      cost += own;
      if (cost > BATCH) cut(g + 1);
    }
  }
  cut(starts.length - 1);
  return [...large.sort((a, b) => b.cost - a.cost), ...small];
}

function batchOf(
  members: Uint32Array,
  starts: Uint32Array,
  from: number,
  to: number,
  cost: number,
): Batch {
  const own = starts.slice(from, to + 1);
  const shift = own[0];
  for (let i = 0; i < own.length; i += 1) own[i] -= shift;
  return { members: members.slice(shift, starts[to]), starts: own, cost };
}

function joinSets(parts: readonly Matched[]): Omit<DuplicateSets, "proven" | "nextName"> {
  const setCount = parts.reduce((sum, part) => sum + part.starts.length - 1, 0);
  const starts = new Uint32Array(setCount + 1);
  const members = new Uint32Array(parts.reduce((sum, part) => sum + part.members.length, 0));
  let set = 0;
  let filled = 0;
  for (const part of parts) {
    members.set(part.members, filled);
    for (let i = 1; i < part.starts.length; i += 1) {
      set += 1;
      starts[set] = filled + part.starts[i];
    }
    filled += part.members.length;
  }
  return {
    members,
    starts,
    hashes: parts.flatMap((part) => part.hashes),
    attributes: new Map(parts.flatMap((part) => part.attributes)),
    bytesRead: parts.reduce((sum, part) => sum + part.bytesRead, 0),
    lost: new Map(parts.flatMap((part) => part.lost)),
    problems: parts.flatMap((part): readonly Problem[] => part.problems),
  };
}
