import { dirOf } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { canClone } from "../fs/file-systems.ts";
import {
  WRITE_BITS,
  canSaveOriginalMode,
  modeIfNotSaved,
  readOriginalMode,
} from "../replace/original-mode.ts";
import { Verdict } from "../core/model.ts";
import type { SharedInode } from "./find-shared.ts";

/** What is to happen to every name. Inode `i` is rows `starts[i]` to `starts[i + 1] - 1`, a name that keeps it last. */
export interface UnsharePlan {
  readonly starts: Uint32Array;
  /** File number of each name. */
  readonly names: Uint32Array;
  /** `replace`: it gets a file of its own; `keep`: it does not. */
  readonly verdicts: Uint8Array;
  /** Mode of each name's file afterwards. */
  readonly modes: Uint32Array;
  /** Whether the file system of each name makes clones. */
  readonly clones: Uint8Array;
}

/**
 * Every name of a shared file gets a file of its own; where all its names are known, the first keeps it.
 * Files that were protected get their write bits back.
 */
export function planUnshare(files: FileTable, inodes: readonly SharedInode[]): UnsharePlan {
  const { links, mode, device } = files.columns;
  const rows: { file: number; verdict: number; mode: number; clones: boolean }[] = [];
  const starts = [0];
  const cloners = new Map<number, boolean>();
  const wantedMode = modeOracle(files);
  for (const inode of inodes) {
    const [first] = inode;
    const isShared = links[first] > 1;
    const wanted = wantedMode(first);
    if (!isShared && wanted === mode[first]) continue;
    const clones = isShared && (cloners.get(device[first]) ?? canClone(files.path(first)));
    if (isShared) cloners.set(device[first], clones);
    const isKept = inode.length >= links[first];
    const own = isKept ? inode.slice(1) : inode;
    for (const file of own) rows.push({ file, verdict: Verdict.replace, mode: wanted, clones });
    if (isKept) rows.push({ file: first, verdict: Verdict.keep, mode: wanted, clones });
    starts.push(rows.length);
  }
  return {
    starts: Uint32Array.from(starts),
    names: Uint32Array.from(rows, ({ file }) => file),
    verdicts: Uint8Array.from(rows, ({ verdict }) => verdict),
    modes: Uint32Array.from(rows, (row) => row.mode),
    clones: Uint8Array.from(rows, (row) => Number(row.clones)),
  };
}

/** The mode that a file had before it was protected, or has. */
function modeOracle(files: FileTable): (file: number) => number {
  const { mode, device, links } = files.columns;
  const savers = new Map<number, boolean>();
  return (file) => {
    const now = mode[file];
    if ((now & WRITE_BITS) !== 0) return now;
    const path = files.path(file);
    const noted = readOriginalMode(path, now);
    // One that has no other name may have been read-only all along.
    if (noted !== undefined || links[file] < 2) return noted ?? now;
    const canSave = savers.get(device[file]) ?? canSaveOriginalMode(dirOf(path));
    savers.set(device[file], canSave);
    return modeIfNotSaved(now, canSave);
  };
}
