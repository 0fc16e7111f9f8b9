import type { FileTable } from "../core/file-table.ts";
import { eachGroup } from "../core/groups.ts";
import { NO_BLOCKS, UNKNOWN_BLOCKS } from "../core/model.ts";
import { errnoOf, isErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { EXTENT, type Extent, native } from "../native/native.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { commonBlocks } from "./common-blocks.ts";

/** Some duplicate sets; `starts` begins at 0. */
interface LocateInput {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
  /** By device: whether its file system can clone. Sets on other file systems are skipped. */
  readonly clones: readonly boolean[];
}

/** Where the members of some sets lie on the disk. The columns are parallel to the members. */
interface BlockLocations {
  /** Members of one set with the same number have the same blocks. Or `NO_BLOCKS`, or `UNKNOWN_BLOCKS`. */
  readonly places: Int32Array;
  /** Bytes of the member's blocks. */
  readonly bytes: Float64Array;
  /** Bytes of those blocks that no other file uses. */
  readonly ownBytes: Float64Array;
}

/** Extents without blocks. */
const NO_BLOCK = EXTENT.INLINE | EXTENT.TAIL | EXTENT.UNWRITTEN;
/** Extents that get their blocks when the data is written to the disk. */
const UNSETTLED = EXTENT.UNKNOWN | EXTENT.DELALLOC | EXTENT.UNWRITTEN;

/** Finds out which files of each set share their blocks already (FIEMAP). */
function locateBlocks(
  { members, starts, clones }: LocateInput,
  files: FileTable,
  stopped: () => boolean,
): BlockLocations {
  const { allocated, device } = files.columns;
  const places = new Int32Array(members.length).fill(UNKNOWN_BLOCKS);
  const bytes = new Float64Array(members.length);
  const ownBytes = new Float64Array(members.length);
  for (const { from, to } of eachGroup(starts)) {
    if (stopped()) break;
    if (!clones[device[members[from]]]) continue;
    const layouts = new Layouts(files.columns.size[members[from]]);
    for (let i = from; i < to; i += 1) {
      bytes[i] = ownBytes[i] = allocated[members[i]];
      const extents = extentsOf(files, members[i]);
      const place = extents === undefined ? UNKNOWN_BLOCKS : layouts.placeOf(extents);
      if (extents === undefined || place === UNKNOWN_BLOCKS) continue;
      places[i] = place;
      const withBlocks = extents.filter(({ flags }) => (flags & NO_BLOCK) === 0);
      bytes[i] = totalLength(withBlocks);
      ownBytes[i] = totalLength(withBlocks.filter(({ flags }) => (flags & EXTENT.SHARED) === 0));
    }
  }
  return { places, bytes, ownBytes };
}

/** The layouts on the disk of files of one size. Files with the same blocks have the same layout. */
class Layouts {
  readonly #size: number;
  /** By physical address of the first block. */
  readonly #known = new Map<bigint, { place: number; extents: readonly Extent[] }[]>();
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The number of a file's layout; `NO_BLOCKS` or `UNKNOWN_BLOCKS`. */
  placeOf(extents: readonly Extent[]): number {
    const state = commonBlocks(extents, extents, this.#size);
    if (state === "unknown") return UNKNOWN_BLOCKS;
    const first = extents.find(({ flags }) => (flags & NO_BLOCK) === 0);
    if (state === "none" || first === undefined) return NO_BLOCKS;
    const candidates = this.#known.get(first.physical) ?? [];
    this.#known.set(first.physical, candidates);
    const same = candidates.find(
      (other) => commonBlocks(other.extents, extents, this.#size) === "same",
    );
    if (same !== undefined) return same.place;
    const place = this.#count;
    this.#count += 1;
    candidates.push({ place, extents });
    return place;
  }
}

/** The extents of a file; undefined if they are not known, or the file was replaced. */
function extentsOf(files: FileTable, file: number): readonly Extent[] | undefined {
  const calls = native();
  if (calls === undefined) return undefined;
  try {
    const fd = disk.openForReading(files.path(file));
    try {
      const stat = disk.fstat(fd);
      const { inode, size, device } = files.columns;
      if (stat.ino !== inode[file] || stat.dev !== files.devices[device[file]]) return undefined;
      const extents = calls.extents(fd);
      if (isErrno(extents)) return undefined;
      const isSettled = extents.every(
        ({ flags, logical }) => (flags & UNSETTLED) === 0 || logical >= size[file],
      );
      if (isSettled) return extents;
      const synced = calls.extents(fd, true);
      return isErrno(synced) ? undefined : synced;
    } finally {
      disk.close(fd);
    }
  } catch (error) {
    errnoOf(error); // a file that cannot be opened is reported when it is cloned
    return undefined;
  }
}

function totalLength(extents: readonly Extent[]): number {
  return Number(extents.reduce((total, { length }) => total + length, 0n));
}

export const locateBlocksTask = defineTask("locateBlocks", (input: LocateInput, thread) =>
  locateBlocks(input, tableOf(thread), thread.stopped),
);
