import type { FileTable } from "../file-table.ts";
import type { Beginnings } from "../matching/beginnings.ts";
import type { Begun } from "../matching/begun.ts";
import { blockLength } from "../matching/block-lengths.ts";
import type { MatchOptions } from "../matching/match-groups.ts";
import type { Crew } from "../workers/crew.ts";

/** Files in one task: some 5 ms of work. */
const PIECE = 500;

/** What is left to compare of a group whose first blocks were read. */
export interface BegunGroup {
  /** Groups of members whose first blocks have one hash. */
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  readonly begun: Begun;
  /** What the tasks that read them have found besides. */
  readonly beginnings: readonly Beginnings[];
}

/**
 * Reads the first blocks of one group with the help of all threads: each reads a part of the files, into
 * memory that all share. Only those with the same hash are left to be compared, and not to be read again.
 */
export async function beginGiant(
  files: FileTable,
  members: Uint32Array,
  options: MatchOptions,
  crew: Crew,
): Promise<BegunGroup> {
  const length = blockLength(files.columns.size[members[0]], 0);
  const parts: Uint32Array[] = [];
  for (let from = 0; from < members.length; from += PIECE)
    parts.push(members.slice(from, from + PIECE));
  const beginnings = await Promise.all(
    parts.map((part) => crew.perform({ type: "begin", members: part, length, options })),
  );
  const pieces = beginnings.map(({ blocks }) => blocks);
  const { at, starts } = alikeGroups(beginnings);
  return {
    members: at.map((place) => members[place]),
    starts,
    begun: { pieces, blocksInPiece: PIECE, length, at },
    beginnings,
  };
}

/** Groups of members of a giant group, by their places in it. */
function alikeGroups(beginnings: readonly Beginnings[]): Pick<BegunGroup, "starts"> & {
  readonly at: Uint32Array;
} {
  const byHash = new Map<number, number[]>();
  beginnings.forEach(({ hashes, isRead }, piece) => {
    for (let i = 0; i < hashes.length; i += 1) {
      if (isRead[i] === 0) continue;
      const alike = byHash.get(hashes[i]);
      if (alike === undefined) byHash.set(hashes[i], [piece * PIECE + i]);
      else alike.push(piece * PIECE + i);
    }
  });
  const at: number[] = [];
  const starts = [0];
  for (const alike of byHash.values()) {
    if (alike.length < 2) continue;
    for (const place of alike) at.push(place);
    starts.push(at.length);
  }
  return { at: Uint32Array.from(at), starts: Uint32Array.from(starts) };
}
