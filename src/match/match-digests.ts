import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import type { CandidateGroups, DuplicateSets } from "../core/model.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { type MatchSettings, match } from "./match.ts";

/**
 * `match`, which also computes the SHA-256 of the content of every file, except of those of which `isKnown` says that
 * it is not needed: `hashes` has "", or what `settings.hasher` gives, for the sets of such files.
 *
 * @param groups Includes groups of one (`withSingles`).
 */
export async function matchDigests(
  files: FileTable,
  groups: CandidateGroups,
  settings: MatchSettings,
  isKnown: (file: number) => boolean,
  pool: WorkerPool,
): Promise<DuplicateSets> {
  const [known, unknown] = splitGroups(groups, isKnown);
  const sets = await match(files, known, settings, pool);
  const hashed = await match(
    files,
    unknown,
    { ...settings, hasher: "sha256", hashSingles: true },
    pool,
  );
  return joinSets(sets, hashed);
}

/** The groups of several files that are all known, and the groups with a file that is not. */
function splitGroups(
  groups: CandidateGroups,
  isKnown: (file: number) => boolean,
): readonly [CandidateGroups, CandidateGroups] {
  const known = new GroupBuilder();
  const unknown = new GroupBuilder();
  for (const { from, to } of eachGroup(groups.starts)) {
    const members = groups.members.subarray(from, to);
    if (!members.every(isKnown)) unknown.add(members);
    else if (members.length > 1) known.add(members);
  }
  return [
    { ...groups, ...known.columns() },
    { ...groups, ...unknown.columns() },
  ];
}

class GroupBuilder {
  readonly #members: number[] = [];
  readonly #starts = [0];

  add(members: Uint32Array): void {
    for (const member of members) this.#members.push(member);
    this.#starts.push(this.#members.length);
  }

  columns(): Pick<CandidateGroups, "members" | "starts"> {
    return { members: Uint32Array.from(this.#members), starts: Uint32Array.from(this.#starts) };
  }
}

function joinSets(a: DuplicateSets, b: DuplicateSets): DuplicateSets {
  const offset = a.members.length;
  return {
    proven: true,
    members: concat(a.members, b.members),
    starts: concat(
      a.starts,
      b.starts.subarray(1).map((start) => start + offset),
    ),
    nextLink: a.nextLink,
    hashes: [...hashesOf(a), ...hashesOf(b)],
    producers: concat(a.producers, b.producers),
    singles: b.singles,
    kinds: new Map([...a.kinds, ...b.kinds]),
    attributes: new Map([...a.attributes, ...b.attributes]),
    bytesRead: a.bytesRead + b.bytesRead,
    lost: new Map([...a.lost, ...b.lost]),
    problems: [...a.problems, ...b.problems],
  };
}

/** A hash for each set. */
function hashesOf({ hashes, starts }: DuplicateSets): readonly string[] {
  return hashes.length > 0 ? hashes : Array.from({ length: starts.length - 1 }, () => "");
}

function concat(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
