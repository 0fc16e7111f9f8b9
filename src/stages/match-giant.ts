import type { FileTable } from "../file-table.ts";
import type { Beginnings } from "../matching/beginnings.ts";
import type { Begun } from "../matching/begun.ts";
import { type MatchOptions, type Matched, firstBlockLength } from "../matching/match-groups.ts";
import type { Crew } from "../workers/crew.ts";

/** Files in one task: some 5 ms of work. */
const PIECE = 500;

/**
 * Matches one group with the help of all threads: each reads the first blocks of a part of the files, and
 * only those with the same hash are compared, from memory. No byte is read twice.
 *
 * @returns What each task found.
 */
export async function matchGiant(
  files: FileTable,
  members: Uint32Array,
  options: MatchOptions,
  crew: Crew,
): Promise<Matched[]> {
  const length = firstBlockLength(files.columns.size[members[0]]);
  const parts: Uint32Array[] = [];
  for (let from = 0; from < members.length; from += PIECE)
    parts.push(members.slice(from, from + PIECE));
  const beginnings = await Promise.all(
    parts.map((part) => crew.perform({ type: "begin", members: part, length, options })),
  );
  const pieces = beginnings.map(({ blocks }) => blocks);
  const matched = await Promise.all(
    alikeGroups(members, beginnings).map(({ members: alike, starts, at }) => {
      const begun: Begun = { pieces, blocksInPiece: PIECE, length, at };
      return crew.perform({ type: "match", members: alike, starts, begun, options });
    }),
  );
  return [...beginnings.map(withoutSets), ...matched];
}

/** Groups of members whose first blocks have one hash, for one task. */
interface AlikeGroups {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  /** By member: its place in the giant group. */
  readonly at: Uint32Array;
}

function alikeGroups(members: Uint32Array, beginnings: readonly Beginnings[]): AlikeGroups[] {
  const byHash = new Map<number, number[]>();
  beginnings.forEach(({ hashes, isRead }, piece) => {
    for (let i = 0; i < hashes.length; i += 1) {
      if (isRead[i] === 0) continue;
      const alike = byHash.get(hashes[i]);
      if (alike === undefined) byHash.set(hashes[i], [piece * PIECE + i]);
      else alike.push(piece * PIECE + i);
    }
  });
  const found: AlikeGroups[] = [];
  let at: number[] = [];
  let starts = [0];
  const cut = (): void => {
    if (at.length === 0) return;
    found.push({
      members: Uint32Array.from(at, (place) => members[place]),
      starts: Uint32Array.from(starts),
      at: Uint32Array.from(at),
    });
    at = [];
    starts = [0];
  };
  for (const alike of byHash.values()) {
    if (alike.length < 2) continue;
    for (const place of alike) at.push(place);
    starts.push(at.length);
    if (at.length >= PIECE) cut();
  }
  cut();
  return found;
}

function withoutSets({ bytesRead, lost, problems }: Beginnings): Matched {
  return {
    members: new Uint32Array(0),
    starts: new Uint32Array(1),
    hashes: [],
    kinds: [],
    attributes: [],
    bytesRead,
    lost,
    problems,
  };
}
