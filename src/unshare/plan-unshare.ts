import type { FileTable } from "../core/file-table.ts";
import { Verdict } from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { canClone } from "../fs/file-systems.ts";
import { originalMode } from "../replace/original-mode.ts";
import type { SharedInode } from "./find-shared.ts";

/**
 * The modification time of a repaired file, by which make and ninja find it older than its prerequisites: 1970-01-01.
 * A second later would be too late, as the Nix store gives that time to sources. ninja reads earlier times as errors.
 */
export const OLDEST = 0n;

/**
 * The decision for each path of each shared or protected inode. Inode `i` is plan rows `starts[i]` to
 * `starts[i + 1] - 1`; a path that keeps the inode comes last.
 */
export interface UnsharePlan {
  readonly starts: Uint32Array;
  /** Row of each path in the file table. */
  readonly names: Uint32Array;
  /** `Verdict.replace`: the path gets a private file; `Verdict.keep`: it keeps the inode. */
  readonly verdicts: Uint8Array;
  /** The mode that each path's file is to have. */
  readonly modes: Uint32Array;
  /** 1 if the path's file system can clone. */
  readonly clones: Uint8Array;
  /** 1 if the private file is dated `OLDEST`; undefined if all files keep the time of their inode. */
  readonly outdated?: Uint8Array;
  /** By row: why it is left alone. */
  readonly details?: ReadonlyMap<number, string>;
}

/** The outcome of a plan; parallel to its rows. */
export interface UnshareOutcomes {
  /** `Verdict.cloned` or `Verdict.replaced` (copied), `keep`, `failed`, `pending`, or a skip reason. */
  readonly verdicts: Uint8Array;
  /** 1 if write bits were restored. */
  readonly restored: Uint8Array;
  /** By plan row: a message that says what changed. */
  readonly details: ReadonlyMap<number, string>;
  readonly problems: readonly Problem[];
  readonly interrupted: boolean;
}

/**
 * Gives each path of a shared inode a private file. If all links of the inode are known, the first path keeps the
 * inode. Files that were protected get their write bits back.
 */
export function planUnshare(files: FileTable, inodes: readonly SharedInode[]): UnsharePlan {
  const { links, mode, device } = files.columns;
  const rows: { file: number; verdict: number; mode: number; clones: boolean }[] = [];
  const starts = [0];
  const canCloneOn = new Map<number, boolean>();
  for (const inode of inodes) {
    const [first] = inode;
    const isShared = links[first] > 1;
    const wanted = originalMode(files, first) ?? mode[first];
    if (!isShared && wanted === mode[first]) continue;
    const clones = isShared && (canCloneOn.get(device[first]) ?? canClone(files.path(first)));
    if (isShared) canCloneOn.set(device[first], clones);
    const isKept = inode.length >= links[first];
    for (const file of isKept ? inode.slice(1) : inode)
      rows.push({ file, verdict: Verdict.replace, mode: wanted, clones });
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
