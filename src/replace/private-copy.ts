import type { BytePath } from "../core/byte-path.ts";
import { type Errno, type Result, errno, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { type FileMetadata, applyMetadata, readMetadata } from "../fs/file-metadata.ts";
import { makeClone, makeCopy, removeNew } from "../fs/new-file.ts";
import { type EntryLocation, closeFile, openFile, statOpen, writerOf } from "../fs/open-file.ts";
import { PARTIAL, makeCopyName } from "../fs/temporary-name.ts";
import { type ReplaceOutcome, keeperGone, targetGone } from "./replace-outcome.ts";
import { place } from "./replace-entry.ts";
import { type FileSnapshot, ctimeMoved, whyChanged } from "./file-snapshot.ts";
import type { FileRef } from "./file-ref.ts";

/** How a new file got its content. */
export type Content = "clone" | "copy";

/** What became of one name. Only `placed` changed anything on the disk. */
export type PrivateCopyOutcome =
  | { readonly type: "placed"; readonly by: Content; readonly file: FileSnapshot }
  | Exclude<ReplaceOutcome, { readonly type: "replaced" }>;

export interface PrivateCopyRequest {
  /** Where the content comes from: the name itself, or a file that was proven equal. */
  readonly content: FileRef;
  readonly target: FileRef;
  /** `clone-or-copy`: a copy where this file cannot be cloned. */
  readonly by: Content | "clone-or-copy";
  /** Its caller writes a copy out to the disk before it is placed. */
  readonly unsynced?: boolean;
  /** Changes what the new file takes over from the old one. */
  readonly editMetadata?: (like: FileMetadata) => FileMetadata;
  /** Inodes whose ctime our own calls have moved. */
  readonly touched: Set<bigint>;
}

/** What the system says where it cannot clone (ioctl_ficlone(2)); Node says ENOTSUP for most of them. */
const CANNOT_CLONE: ReadonlySet<string> = new Set([
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "EXDEV",
  "ENOTTY",
  "ENOSYS",
  "EPERM",
]);
const OPEN_FOR_WRITING = "a program has it open for writing";

/**
 * Gives a name a file of its own with the same content, mode, owner, extended attributes and times. At
 * every instant the name leads to its old file or to the new one, whole.
 *
 * The new file is made under a temporary's name, from an open file that is looked at before and after;
 * only then it takes the name's place, as a link does.
 */
export function breakLink(calls: DirCalls, wish: PrivateCopyRequest): PrivateCopyOutcome {
  const prepared = preparePrivateCopy(calls, wish);
  return "type" in prepared
    ? prepared
    : placePrivateCopy(calls, wish.target, prepared, wish.touched);
}

/** A file that is ready under a temporary's name. */
export interface PreparedFile {
  readonly temporary: BytePath;
  readonly stat: FileStat;
  readonly by: Content;
}

/** The first half of `breakLink`: makes the file. */
export function preparePrivateCopy(
  calls: DirCalls,
  wish: PrivateCopyRequest,
): PreparedFile | PrivateCopyOutcome {
  const opened: number[] = [];
  try {
    const source = openSeen(wish.content, opened);
    if ("type" in source) return wish.content === wish.target ? source : keeperTrouble(source);
    const old = wish.content === wish.target ? source : openSeen(wish.target, opened);
    if ("type" in old) return old;
    return make(calls, wish, source, old);
  } finally {
    for (const fd of opened) closeFile(fd);
  }
}

interface Opened {
  readonly fd: number;
  readonly stat: FileStat;
}

function openSeen(name: FileRef, opened: number[]): Opened | PrivateCopyOutcome {
  const fd = openFile(name);
  if (isErrno(fd)) return gone(fd);
  opened.push(fd);
  const stat = statOpen(fd);
  if (isErrno(stat)) return { type: "failed", code: stat.code };
  const detail = whyChanged(stat, name.seen);
  return detail === undefined ? { fd, stat } : { type: "changed", detail };
}

function gone(why: Errno): Exclude<PrivateCopyOutcome, { type: "placed" }> {
  return targetGone(why) as Exclude<PrivateCopyOutcome, { type: "placed" }>;
}

/** The same trouble, with the file that the content was to come from. */
function keeperTrouble(outcome: PrivateCopyOutcome): PrivateCopyOutcome {
  if (outcome.type === "changed")
    return { type: "keeper-lost", how: "changed", detail: outcome.detail };
  if (outcome.type === "vanished") return keeperGone(errno("ENOENT")) as PrivateCopyOutcome;
  return outcome.type === "failed" ? { type: "keeper-refused", code: outcome.code } : outcome;
}

function make(
  calls: DirCalls,
  wish: PrivateCopyRequest,
  source: Opened,
  old: Opened,
): PreparedFile | PrivateCopyOutcome {
  const { target } = wish;
  const like = readMetadata(old.fd);
  if (isErrno(like)) return { type: "failed", code: like.code };
  const making = besides(target, makeCopyName(PARTIAL, target.name));
  const made = fill(wish, source, making);
  if (isErrno(made)) return { type: "failed", code: made.code };
  const finished = finish(
    calls,
    wish,
    { source, old, making, fd: made.fd },
    wish.editMetadata?.(like) ?? like,
  );
  // Before it takes the name's place: our own descriptor must not look like a writer to anybody.
  closeFile(made.fd);
  if (!("type" in finished)) return { temporary: making.name, stat: finished, by: made.by };
  removeNew(making);
  return finished;
}

function fill(
  { content, by, unsynced = false }: PrivateCopyRequest,
  source: Opened,
  making: EntryLocation,
): Result<{ readonly fd: number; readonly by: Content }> {
  if (by !== "copy") {
    const fd = makeClone({ fd: source.fd, place: content }, making);
    if (!isErrno(fd)) return { fd, by: "clone" };
    if (by === "clone" || !CANNOT_CLONE.has(fd.code)) return fd;
  }
  const { size, blocks } = source.stat;
  const fd = makeCopy(source.fd, making, size, { sparse: blocks * 512 < size, sync: !unsynced });
  return isErrno(fd) ? fd : { fd, by: "copy" };
}

interface Making {
  readonly source: Opened;
  readonly old: Opened;
  readonly making: EntryLocation;
  readonly fd: number;
}

/** All but the place: likeness, and a last look at what the content was taken from. */
function finish(
  calls: DirCalls,
  { content, target, touched }: PrivateCopyRequest,
  { source, old, making, fd }: Making,
  like: FileMetadata,
): FileStat | PrivateCopyOutcome {
  const done = applyMetadata(fd, like);
  if (isErrno(done)) return { type: "failed", code: done.code };
  const detail = whyMoved(source, content);
  if (detail !== undefined) {
    return content === target
      ? { type: "changed", detail }
      : { type: "keeper-lost", how: "changed", detail };
  }
  const isDoubtful = (of: Opened, { seen }: FileRef): boolean =>
    ctimeMoved(of.stat, seen) && !touched.has(seen.inode);
  if (content !== target && (isDoubtful(source, content) || isDoubtful(old, target))) {
    // They were proven equal, and touched since.
    const compared = calls.compare(target.dir, making.name, target.name);
    if (compared === "different") return { type: "changed", detail: "it is not equal any more" };
    if (isErrno(compared)) return { type: "failed", code: compared.code };
  }
  const stat = statOpen(fd);
  return isErrno(stat) ? { type: "failed", code: stat.code } : stat;
}

/** Why what was just read may be neither the old content nor a new one. */
function whyMoved({ fd, stat }: Opened, { seen }: FileRef): string | undefined {
  const now = statOpen(fd);
  if (isErrno(now)) return "it cannot be looked at any more";
  const why = whyChanged(now, seen);
  if (why !== undefined) return why;
  if (now.ctimeNs !== stat.ctimeNs) return "it is being changed right now";
  return writerOf(fd) === "writer" ? OPEN_FOR_WRITING : undefined;
}

/**
 * The second half of `breakLink`: the file gets a name that tells a later run which file it is, then
 * takes the target's place.
 */
export function placePrivateCopy(
  calls: DirCalls,
  target: FileRef,
  { temporary: made, stat, by }: PreparedFile,
  touched: Set<bigint>,
): PrivateCopyOutcome {
  const making = besides(target, made);
  const temporary = makeCopyName(stat.ino, target.name);
  const renamed = calls.rename(target.dir, making.name, temporary);
  if (isErrno(renamed)) {
    removeNew(making);
    return gone(renamed);
  }
  const now = calls.stat(target.dir, target.name);
  const why = isErrno(now) ? gone(now) : changed(now, target.seen);
  if (why !== undefined) {
    removeNew(besides(target, temporary));
    return why;
  }
  const file = seenOf(stat);
  const keeper = { dir: target.dir, name: temporary, seen: file };
  const outcome = place({ calls, keeper, target, touched }, temporary);
  if (outcome.type === "replaced") return { type: "placed", by, file };
  if (outcome.type !== "keeper-lost") return outcome;
  return { type: "changed", detail: "somebody wrote to the new file at once" };
}

function changed(stat: FileStat, seen: FileSnapshot): PrivateCopyOutcome | undefined {
  const detail = whyChanged(stat, seen);
  return detail === undefined ? undefined : { type: "changed", detail };
}

function seenOf(stat: FileStat): FileSnapshot {
  return {
    device: stat.dev,
    inode: stat.ino,
    size: stat.size,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    mtime: stat.mtimeNs,
    ctime: stat.ctimeNs,
  };
}

function besides(target: EntryLocation, name: BytePath): EntryLocation {
  const dir = target.path.slice(0, target.path.length - target.name.length);
  return { dir: target.dir, name, path: dir + name };
}
