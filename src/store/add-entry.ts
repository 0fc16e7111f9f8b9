import { type BytePath, nameOf } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import { YIELD_INTERVAL, yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import type { FileStat } from "../fs/disk.ts";
import { applyMetadata, readMetadata } from "../fs/file-metadata.ts";
import { makeClone, removeNew } from "../fs/new-file.ts";
import { type EntryLocation, closeFile, openFile, statOpen, writerOf } from "../fs/open-file.ts";
import { type DirHandleCache, dirHandlesOf } from "../replace/dir-handle-cache.ts";
import { type FileRef, fileRef } from "../replace/file-ref.ts";
import { ctimeChanged, isInode, whyChanged } from "../replace/file-snapshot.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { BUCKET_COUNT, bucketOf } from "./layout.ts";
import { temporaryPath } from "./temporaries.ts";

export interface AddInput {
  readonly items: readonly AddItem[];
  /** The directory of the table that is the first one of the store; that for temporaries follows the last one. */
  readonly firstBucket: number;
  readonly temporaryDir: BytePath;
  /** `link`: the file itself becomes the entry. */
  readonly method: "link" | "clone";
}

export interface AddItem {
  /** Row of the table. */
  readonly file: number;
  readonly digest: string;
  /** The name of the entry. */
  readonly name: BytePath;
  /** This run has changed the change time of the inode. */
  readonly changedByUs: boolean;
}

/** What became of a file that was to be put in. */
export type Added =
  | { readonly type: "added"; readonly inode: bigint }
  /** The file has changed since it was read, or a program writes to it. */
  | { readonly type: "changed" }
  /** Another run has put in an entry of this name meanwhile, which the next run will find; or the file is full of links. */
  | { readonly type: "left" }
  | { readonly type: "failed"; readonly code: string };

const CHANGED: Added = { type: "changed" };
const LEFT: Added = { type: "left" };
/** Errnos of a name that is taken, and of an inode that takes no more names. */
const NO_ROOM: ReadonlySet<string> = new Set(["EEXIST", "EMLINK", "ERANGE"]);

export const addEntriesTask = defineTask(
  "addEntries",
  async ({ items, ...input }: AddInput, thread): Promise<Added[]> => {
    const files = tableOf(thread);
    const dirs = dirHandlesOf(thread);
    const results: Added[] = [];
    for (const item of items) {
      if (thread.stopped()) break;
      const ref = fileRef(files, dirs, item.file);
      if (isErrno(ref)) results.push(CHANGED);
      else if (input.method === "clone") results.push(addClone(dirs, ref, item, input));
      else results.push(addLink(dirs, ref, item, input.firstBucket));
      if (results.length % YIELD_INTERVAL === 0) await yieldToEventLoop();
    }
    return results;
  },
);

/**
 * Makes a file an entry by a link. The entry is checked through that link: it goes again if the file is not the one that
 * was read.
 */
function addLink(
  dirs: DirHandleCache,
  { dir, name, snapshot }: FileRef,
  { digest, name: entry, changedByUs }: AddItem,
  firstBucket: number,
): Added {
  const { calls } = dirs;
  const bucket = dirs.open(firstBucket + bucketOf(digest));
  if (isErrno(bucket)) return { type: "failed", code: bucket.code };
  const stat = calls.stat(dir, name);
  if (isErrno(stat) || whyChanged(stat, snapshot) !== undefined) return CHANGED;
  if (ctimeChanged(stat, snapshot) && !changedByUs) return CHANGED;
  const linked = calls.link(dir, name, bucket, entry);
  if (isErrno(linked)) {
    if (linked.code === "ENOENT") return CHANGED;
    return NO_ROOM.has(linked.code) ? LEFT : { type: "failed", code: linked.code };
  }
  const placed = calls.stat(bucket, entry);
  const isGood =
    !isErrno(placed) &&
    whyChanged(placed, snapshot) === undefined &&
    calls.writerOf(bucket, entry) !== "writer";
  if (isGood) return { type: "added", inode: snapshot.ino };
  // Another run that has evicted it meanwhile may have put in its own.
  if (!isErrno(placed) && isInode(placed, snapshot)) calls.unlink(bucket, entry);
  return CHANGED;
}

/** Makes a clone of a file an entry: it is complete when it gets its name. */
function addClone(
  dirs: DirHandleCache,
  ref: FileRef,
  { digest, name: entry, changedByUs }: AddItem,
  { firstBucket, temporaryDir }: Omit<AddInput, "items">,
): Added {
  const source = openFile(ref);
  if (isErrno(source)) return CHANGED;
  // Two further directories may close that of the file, which is open itself now.
  const dir = dirs.open(firstBucket + BUCKET_COUNT);
  const bucket = dirs.open(firstBucket + bucketOf(digest));
  try {
    if (isErrno(dir)) return { type: "failed", code: dir.code };
    if (isErrno(bucket)) return { type: "failed", code: bucket.code };
    const before = statOpen(source);
    if (isErrno(before) || whyChanged(before, ref.snapshot) !== undefined) return CHANGED;
    if (ctimeChanged(before, ref.snapshot) && !changedByUs) return CHANGED;
    if (writerOf(source) === "writer") return CHANGED;
    const path = temporaryPath(temporaryDir, entry);
    const location = { dir, name: nameOf(path), path };
    const made = makeWhole(source, ref, location);
    if (isErrno(made)) return { type: "failed", code: made.code };
    const after = statOpen(source);
    const isSame = !isErrno(after) && after.ctimeNs === before.ctimeNs;
    const named = isSame ? dirs.calls.link(dir, location.name, bucket, entry) : undefined;
    removeNew(location);
    if (!isSame) return CHANGED;
    if (!isErrno(named)) return { type: "added", inode: made.ino };
    return NO_ROOM.has(named.code) ? LEFT : { type: "failed", code: named.code };
  } finally {
    closeFile(source);
  }
}

/** Makes a clone with the mode, times and attributes of the file, which belongs to this user. */
function makeWhole(source: number, ref: FileRef, location: EntryLocation): Result<FileStat> {
  const metadata = readMetadata(source);
  if (isErrno(metadata)) return metadata;
  const clone = makeClone({ fd: source, location: ref }, location);
  if (isErrno(clone)) return clone;
  const own = statOpen(clone);
  const { uid, gid } = isErrno(own) ? metadata : own;
  const applied = applyMetadata(clone, { ...metadata, uid, gid });
  const made = statOpen(clone);
  closeFile(clone);
  if (!isErrno(applied)) return made;
  removeNew(location);
  return applied;
}
