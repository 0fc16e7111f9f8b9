import type { FileTable } from "../core/file-table.ts";
import { groupAt, groupCount } from "../core/groups.ts";
import type { CandidateGroups } from "../core/model.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { digestOf } from "./group-digest.ts";
import type { Memory } from "./load-state.ts";
import { type LinkResult, linkedRows } from "./note-links.ts";

/** Which files the run compares. */
export interface SettledOptions {
  readonly all: boolean;
  readonly kinds: readonly number[] | undefined;
}

/** Stale digests are kept up to this number, or as many as there are others: a run may see only a part of a tree. */
const MOST_STALE = 1000;

/**
 * Candidate groups in which an earlier run found no two equal inodes, or linked all that were equal. As long as none of
 * their inodes has changed, they need not be read again.
 *
 * A group is remembered by a digest of the inodes' numbers, sizes and times. If two groups had one digest, a duplicate
 * would not be found; no file would be linked wrongly.
 */
export class SettledGroups {
  readonly #memory: Memory;
  readonly #all: boolean;
  /** With kinds selected, what takes part depends on contents. */
  readonly #isUsed: boolean;
  /** By home: the digests that still hold. */
  readonly #valid: readonly Set<number>[];
  #left: CandidateGroups | undefined;

  constructor(memory: Memory, { all, kinds }: SettledOptions) {
    this.#memory = memory;
    this.#all = all;
    this.#isUsed = kinds === undefined && memory.homes.length > 0;
    this.#valid = memory.homes.map(() => new Set<number>());
  }

  /** The groups that have to be compared. */
  drop(files: FileTable, groups: CandidateGroups): CandidateGroups {
    const known = this.#memory.homes.map(({ state }) => new Set(state.settled));
    if (!this.#isUsed || known.every(({ size }) => size === 0)) return (this.#left = groups);
    const members = new Uint32Array(groups.members.length);
    const starts = new Uint32Array(groups.starts.length);
    let filled = 0;
    let left = 0;
    for (let group = 0; group < groupCount(groups.starts); group += 1) {
      const inodes = groupAt(groups.members, groups.starts, group);
      const digest = digestOf(files, inodes, this.#all);
      const home = known.findIndex((digests) => digests.has(digest));
      if (home >= 0) {
        this.#valid[home].add(digest);
        continue;
      }
      members.set(inodes, filled);
      filled += inodes.length;
      starts[++left] = filled;
    }
    this.#left = {
      ...groups,
      members: members.slice(0, filled),
      starts: starts.slice(0, left + 1),
    };
    return this.#left;
  }

  /** By home: the digests to be remembered after linking; undefined if those remembered are to stay. */
  after(result: LinkResult): readonly (Float64Array | undefined)[] {
    const { homes, homeOf } = this.#memory;
    const groups = this.#left;
    const { sets, outcomes, files } = result;
    if (!this.#isUsed || groups === undefined || outcomes.interrupted || sets.problems.length > 0)
      return [];
    const found = homes.map((): number[] => []);
    const differ = new DifferentInodes(groups, result);
    for (let group = 0; group < groupCount(groups.starts); group += 1) {
      const inodes = differ.inodesOf(group);
      if (inodes === undefined || inodes.length < 2) continue;
      const home = homeOf(files.columns.dir[inodes[0]]);
      const ctimes = changedTimes(files, differ.keepersAmong(inodes));
      if (home >= 0 && ctimes !== undefined)
        found[home].push(digestOf(files, inodes, this.#all, ctimes));
    }
    return found.map((digests, home) => {
      if (digests.length === 0) return undefined;
      const now = [...this.#valid[home], ...digests];
      const stale = [...homes[home].state.settled].filter((each) => !this.#valid[home].has(each));
      const kept = stale.length <= MOST_STALE + now.length ? stale : [];
      return Float64Array.from(new Set([...now, ...kept]));
    });
  }
}

/** Tells which inodes are left of each group after linking. Runs over every file, so it allocates nothing for most. */
class DifferentInodes {
  readonly #groups: CandidateGroups;
  /** By member of a duplicate set: the member that stands for its inode after linking; -1 for other rows. */
  readonly #left: Int32Array;
  /** By row: 1 for a member that is equal to another inode, or that changed while it was read. */
  readonly #isOpen: Uint8Array;
  /** By member of an inode that paths were linked to: a row that leads to it. */
  readonly #keepers = new Map<number, number>();

  constructor(groups: CandidateGroups, result: LinkResult) {
    const { files, sets } = result;
    this.#groups = groups;
    this.#left = new Int32Array(files.count).fill(-1);
    this.#isOpen = new Uint8Array(files.count);
    const memberOf = new Int32Array(files.count).fill(-1);
    for (const member of sets.members)
      for (let row = member; row >= 0; row = sets.nextLink[row]) memberOf[row] = member;
    const linkedTo = new Int32Array(files.count).fill(-1);
    for (const [row, keeper] of linkedRows(result)) {
      const member = memberOf[keeper];
      if (member < 0) {
        // The kept file is not in a set of this table.
        if (memberOf[row] >= 0) this.#isOpen[memberOf[row]] = 1;
        continue;
      }
      linkedTo[row] = member;
      this.#keepers.set(member, keeper);
    }
    for (let set = 0; set < groupCount(sets.starts); set += 1) {
      const members = groupAt(sets.members, sets.starts, set);
      const left = onlyInode(members, sets.nextLink, linkedTo);
      for (const member of members) {
        this.#left[member] = left ?? member;
        if (left === undefined) this.#isOpen[member] = 1;
      }
    }
    for (const row of sets.lost.keys()) this.#isOpen[memberOf[row] < 0 ? row : memberOf[row]] = 1;
  }

  /** The members of a group that are left; undefined if two of them are equal, or if that is not known. */
  inodesOf(group: number): (ArrayLike<number> & Iterable<number>) | undefined {
    const members = groupAt(this.#groups.members, this.#groups.starts, group);
    let hasSets = false;
    for (const member of members) {
      if (this.#isOpen[member] === 1) return undefined;
      if (this.#left[member] >= 0) hasSets = true;
    }
    if (!hasSets) return members;
    return [
      ...new Set(
        Array.from(members, (member) => (this.#left[member] < 0 ? member : this.#left[member])),
      ),
    ];
  }

  /** By member: a row of the inodes that paths were linked to, which have another change time now. */
  keepersAmong(inodes: Iterable<number>): ReadonlyMap<number, number> {
    if (this.#keepers.size === 0) return NONE;
    let found: Map<number, number> | undefined;
    for (const inode of inodes) {
      const keeper = this.#keepers.get(inode);
      if (keeper !== undefined) (found ??= new Map<number, number>()).set(inode, keeper);
    }
    return found ?? NONE;
  }
}

const NONE: ReadonlyMap<number, never> = new Map<number, never>();

/** The member to whose inode every path of a set leads; undefined if there are several. */
function onlyInode(
  members: Uint32Array,
  nextLink: Int32Array,
  linkedTo: Int32Array,
): number | undefined {
  let only = -1;
  for (const member of members) {
    for (let row = member; row >= 0; row = nextLink[row]) {
      const inode = linkedTo[row] < 0 ? member : linkedTo[row];
      if (only >= 0 && inode !== only) return undefined;
      only = inode;
    }
  }
  return only;
}

/** By member: the change time now; undefined if a file is not the one that was linked. */
function changedTimes(
  files: FileTable,
  keepers: ReadonlyMap<number, number>,
): ReadonlyMap<number, bigint> | undefined {
  if (keepers.size === 0) return NONE;
  const { inode, size, mtime } = files.columns;
  const times = new Map<number, bigint>();
  for (const [member, row] of keepers) {
    const stat = tryErrno(() => disk.lstat(files.path(row)));
    const isSame =
      !isErrno(stat) &&
      stat.ino === inode[row] &&
      Number(stat.size) === size[row] &&
      stat.mtimeNs === mtime[row];
    if (!isSame) return undefined;
    times.set(member, stat.ctimeNs);
  }
  return times;
}
