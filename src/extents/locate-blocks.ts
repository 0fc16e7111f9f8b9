import { errnoOf, isErrno } from "../core/result.ts";
import type { FileTable } from "../core/file-table.ts";
import { disk } from "../fs/disk.ts";
import { EXTENT, type Extent, native } from "../native/native.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { NO_BLOCKS, UNKNOWN_BLOCKS } from "../core/model.ts";
import { commonBlocks } from "./common-blocks.ts";

/** Where the members of some sets lie on the disk; columns beside the members. */
export interface Located {
  /** Members of a set with one number lie on the very same blocks. */
  readonly places: Int32Array;
  /** Bytes of the blocks that it lies on. */
  readonly bytes: Float64Array;
  /** Bytes of those that no other file uses. */
  readonly ownBytes: Float64Array;
}

/** Not written out, or being written out right now: it has its blocks after that. */
const UNSETTLED = EXTENT.UNKNOWN | EXTENT.DELALLOC | EXTENT.UNWRITTEN;
const NOWHERE = EXTENT.INLINE | EXTENT.TAIL | EXTENT.UNWRITTEN;

/** Asks the kernel (FIEMAP) which files of each set share their blocks already. Set `s` is `members[starts[s]]` to `members[starts[s + 1] - 1]`. */
function locateBlocks(
  files: FileTable,
  members: Uint32Array,
  starts: Uint32Array,
  stopped: () => boolean,
): Located {
  const places = new Int32Array(members.length).fill(UNKNOWN_BLOCKS);
  const bytes = new Float64Array(members.length);
  const ownBytes = new Float64Array(members.length);
  for (let set = 0; set + 1 < starts.length && !stopped(); set += 1) {
    const size = files.columns.size[members[starts[set]]];
    /** By the place of their first block: the different layouts met. */
    const met = new Map<
      bigint,
      { readonly place: number; readonly extents: readonly Extent[] }[]
    >();
    let count = 0;
    for (let i = starts[set]; i < starts[set + 1]; i += 1) {
      bytes[i] = ownBytes[i] = files.columns.allocated[members[i]];
      const extents = extentsOf(files, members[i]);
      if (extents === undefined) continue;
      const blocks = extents.filter(({ flags }) => (flags & NOWHERE) === 0);
      const state = commonBlocks(extents, extents, size);
      if (state === "unknown") continue;
      bytes[i] = sum(blocks);
      ownBytes[i] = sum(blocks.filter(({ flags }) => (flags & EXTENT.SHARED) === 0));
      if (state === "none") {
        places[i] = NO_BLOCKS;
        continue;
      }
      const start = blocks[0].physical;
      const near = met.get(start) ?? [];
      met.set(start, near);
      const same = near.find((other) => commonBlocks(other.extents, extents, size) === "same");
      places[i] = same?.place ?? count;
      if (same !== undefined) continue;
      near.push({ place: count, extents });
      count += 1;
    }
  }
  return { places, bytes, ownBytes };
}

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
      const written = calls.extents(fd, true);
      return isErrno(written) ? undefined : written;
    } finally {
      disk.close(fd);
    }
  } catch (error) {
    errnoOf(error); // what cannot be opened now says so when it is to be cloned
    return undefined;
  }
}

function sum(extents: readonly Extent[]): number {
  return Number(extents.reduce((total, { length }) => total + length, 0n));
}

/** Members of some sets, see `locateBlocks`. */
interface LocateInput {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
}

export const locateBlocksTask = defineTask(
  "locateBlocks",
  ({ members, starts }: LocateInput, thread) =>
    locateBlocks(tableOf(thread), members, starts, thread.stopped),
);
