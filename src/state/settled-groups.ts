import type { FileTable } from "../core/file-table.ts";
import { groupAt, groupCount } from "../core/groups.ts";
import type { CandidateGroups } from "../core/model.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { digestOf } from "./group-digest.ts";
import type { Memory } from "./load-state.ts";
import { type LinkResult, isLinked } from "./note-links.ts";
import { wordsOf } from "./state.ts";

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
    const left = new InodesLeft(groups, result);
    for (let group = 0; group < groupCount(groups.starts); group += 1) {
      const inodes = left.inodesOf(group);
      if (inodes === undefined || inodes.length < 2) continue;
      const home = homeOf(files.columns.dir[inodes[0]]);
      if (home >= 0) found[home].push(digestOf(files, inodes, this.#all, left.ctimes));
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

/** Tells which inodes are left of each group after linking. Runs over every file, so it allocates nothing for a group. */
class InodesLeft {
  /** By row, as words: the change time; of a member that paths were linked to, the time since then. */
  readonly ctimes: Uint32Array;
  readonly #times: BigInt64Array;
  readonly #files: FileTable;
  readonly #groups: CandidateGroups;
  /** By member of a duplicate set: the member that stands for its inode after linking; -1 for other rows. */
  readonly #left: Int32Array;
  /** By row: 1 for a member that is equal to another inode, or that changed while it was read. */
  readonly #isOpen: Uint8Array;
  /** By member that paths were linked to, if its change time since then is not known: a row that leads to it. */
  readonly #unknown = new Map<number, number>();
  /** Reused for each group. */
  readonly #inodes: Uint32Array;

  constructor(groups: CandidateGroups, result: LinkResult) {
    const { files, sets, plan, outcomes } = result;
    this.#files = files;
    this.#groups = groups;
    this.#times = files.columns.ctime.slice();
    this.ctimes = wordsOf(this.#times);
    this.#inodes = new Uint32Array(groups.members.length);
    this.#left = new Int32Array(files.count).fill(-1);
    this.#isOpen = new Uint8Array(files.count);
    const memberOf = new Int32Array(files.count).fill(-1);
    for (const member of sets.members)
      for (let row = member; row >= 0; row = sets.nextLink[row]) memberOf[row] = member;
    const linkedTo = new Int32Array(files.count).fill(-1);
    /** By member that paths were linked to: the plan's row of the last one. */
    const lastLink = new Int32Array(files.count).fill(-1);
    for (let planRow = 0; planRow < plan.names.length; planRow += 1) {
      if (!isLinked(result, planRow)) continue;
      const row = plan.names[planRow];
      const member = memberOf[outcomes.keepers[planRow]];
      if (member >= 0) {
        linkedTo[row] = member;
        lastLink[member] = planRow;
      } else if (memberOf[row] >= 0) {
        // The kept file is not in a set of this table.
        this.#isOpen[memberOf[row]] = 1;
      }
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
    this.#noteTimes(result, lastLink);
  }

  /**
   * The members of a group that are left; undefined if two of them are equal, or if that is not known. Valid until the
   * next call.
   */
  inodesOf(group: number): Uint32Array | undefined {
    const members = groupAt(this.#groups.members, this.#groups.starts, group);
    let count = 0;
    for (const member of members) {
      if (this.#isOpen[member] === 1) return undefined;
      if (this.#left[member] < 0 || this.#left[member] === member) this.#inodes[count++] = member;
    }
    const inodes = this.#inodes.subarray(0, count);
    if (this.#unknown.size === 0 || count < 2) return inodes;
    return inodes.every((inode) => this.#findTime(inode)) ? inodes : undefined;
  }

  /** Notes the change times of the members that paths were linked to. */
  #noteTimes({ outcomes, added }: LinkResult, lastLink: Int32Array): void {
    for (let member = 0; member < lastLink.length; member += 1) {
      if (lastLink[member] < 0) continue;
      const keeper = outcomes.keepers[lastLink[member]];
      const time = added.has(keeper) ? 0n : outcomes.ctimes[lastLink[member]];
      if (time === 0n) this.#unknown.set(member, keeper);
      else this.#times[member] = time;
    }
  }

  /** Whether the change time of a member is known, after a look if necessary. */
  #findTime(member: number): boolean {
    const keeper = this.#unknown.get(member);
    const time = keeper === undefined ? this.#times[member] : ctimeNow(this.#files, keeper);
    if (time !== undefined) this.#times[member] = time;
    return time !== undefined;
  }
}

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

/** The change time of a row's file; undefined if it is not the one that was linked. */
function ctimeNow(files: FileTable, row: number): bigint | undefined {
  const { inode, size, mtime } = files.columns;
  const stat = tryErrno(() => disk.lstat(files.path(row)));
  const isSame =
    !isErrno(stat) &&
    stat.ino === inode[row] &&
    Number(stat.size) === size[row] &&
    stat.mtimeNs === mtime[row];
  return isSame ? stat.ctimeNs : undefined;
}
