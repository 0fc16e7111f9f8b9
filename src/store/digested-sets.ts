import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets } from "../core/model.ts";

/** Hexadecimal digits of a SHA-256. */
const DIGEST_LENGTH = 64;

/**
 * The sets of a tree with a set of one for each file that equals no other and whose content is known by its digest, in
 * the order of the rows.
 */
export function withSingles(sets: DuplicateSets): DuplicateSets {
  const singles = [...sets.singles].sort(([a], [b]) => a - b);
  const { length } = sets.members;
  const members = new Uint32Array(length + singles.length);
  members.set(sets.members);
  const starts = new Uint32Array(sets.starts.length + singles.length);
  starts.set(sets.starts);
  for (const [i, [file]] of singles.entries()) {
    members[length + i] = file;
    starts[sets.starts.length + i] = length + i + 1;
  }
  const hashes = Array.from({ length: sets.starts.length - 1 }, (_, set) => sets.hashes[set] ?? "");
  const producers = new Uint32Array(starts.length - 1);
  producers.set(sets.producers);
  for (const [i, [, content]] of singles.entries())
    producers[sets.producers.length + i] = content.producers;
  for (const [, { hash }] of singles) hashes.push(hash);
  return { ...sets, members, starts, hashes, producers };
}

/** The SHA-256 of a set's content; undefined if it was not computed. */
export function digestOf({ hashes }: DuplicateSets, set: number): string | undefined {
  const hash = hashes[set];
  return hash?.length === DIGEST_LENGTH ? hash : undefined;
}

/** The sets with further members at the end of each. `files` is the table that has the rows of these. */
export function withMembers(
  files: FileTable,
  sets: DuplicateSets,
  added: ReadonlyMap<number, readonly number[]>,
): DuplicateSets {
  const members: number[] = [];
  const starts = [0];
  for (let set = 0; set + 1 < sets.starts.length; set += 1) {
    for (let i = sets.starts[set]; i < sets.starts[set + 1]; i += 1) members.push(sets.members[i]);
    for (const row of added.get(set) ?? []) members.push(row);
    starts.push(members.length);
  }
  const nextLink = new Int32Array(files.count).fill(-1);
  nextLink.set(sets.nextLink);
  return {
    ...sets,
    members: Uint32Array.from(members),
    starts: Uint32Array.from(starts),
    nextLink,
  };
}
