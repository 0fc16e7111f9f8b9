import type { BytePath } from "../core/byte-path.ts";
import { OPEN_FOR_WRITING } from "../core/model.ts";
import { type Result, isErrno } from "../core/result.ts";
import type { FileStat } from "../fs/disk.ts";
import type { DirCalls } from "../fs/dir-calls.ts";
import { type FileMetadata, applyMetadata, readMetadata } from "../fs/file-metadata.ts";
import { makeClone, makeCopy, removeNew } from "../fs/new-file.ts";
import { type EntryLocation, closeFile, openFile, statOpen, writerOf } from "../fs/open-file.ts";
import { PARTIAL } from "../core/temporary-name.ts";
import { makeCopyName } from "./run-identity.ts";
import {
  type NotReplaced,
  forbidden,
  keeperChanged,
  keeperUnavailable,
  targetChanged,
  targetUnavailable,
} from "./replace-outcome.ts";
import { putInPlace } from "./replace-entry.ts";
import { cleanUp } from "./restore-displaced.ts";
import { type FileSnapshot, ctimeChanged, whyChanged } from "./file-snapshot.ts";
import { noteFailedRemoval, whyNotRemovable } from "./removal-rules.ts";
import type { FileRef } from "./file-ref.ts";

export type CopyMethod = "clone" | "copy";

/** The result of giving a name its own file. Only `placed` changes the disk. */
export type PrivateCopyOutcome =
  | { readonly type: "placed"; readonly method: CopyMethod; readonly file: FileSnapshot }
  | NotReplaced;

export interface PrivateCopyRequest {
  /** The file with the content: `target` itself, or a file that was proven equal. */
  readonly source: FileRef;
  /** The name that gets its own file. */
  readonly target: FileRef;
  /** `clone-or-copy` copies a file that cannot be cloned. */
  readonly method: CopyMethod | "clone-or-copy";
  /** The caller writes a copy to the disk before placing it (`syncDir`). */
  readonly unsynced?: boolean;
  /** Changes the metadata that the new file takes from the target. */
  readonly editMetadata?: (metadata: FileMetadata) => FileMetadata;
  /** Inodes whose ctime this run's own calls have changed. */
  readonly changedByUs: Set<bigint>;
}

/** The errnos of a file that cannot be cloned (ioctl_ficlone(2)); Node reports ENOTSUP for most of them. */
const CANNOT_CLONE: ReadonlySet<string> = new Set([
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "EXDEV",
  "ENOTTY",
  "ENOSYS",
  "EPERM",
]);

/**
 * Gives a name its own file with the same content, mode, owner, extended attributes and times. At every moment the
 * name leads to its old file or to the new one, both complete.
 *
 * The new file is made under a temporary name, from an open file that is checked before and after. Then it takes the
 * target's place as a link does in `replaceEntry`.
 */
export function breakLink(calls: DirCalls, request: PrivateCopyRequest): PrivateCopyOutcome {
  const prepared = preparePrivateCopy(calls, request);
  if ("type" in prepared) return prepared;
  return placePrivateCopy(calls, request.target, prepared, request.changedByUs);
}

/** A complete file under a temporary name. */
export interface PreparedFile {
  readonly temporary: BytePath;
  readonly stat: FileStat;
  readonly method: CopyMethod;
}

/** The first half of `breakLink`: makes the file. */
export function preparePrivateCopy(
  calls: DirCalls,
  request: PrivateCopyRequest,
): PreparedFile | NotReplaced {
  const detail = whyNotRemovable(request.target.removal, [request.target.snapshot.uid]);
  if (detail !== undefined) return forbidden(detail);
  const opened: number[] = [];
  try {
    const source =
      request.source === request.target
        ? openUnchanged(request.target, opened, targetUnavailable, targetChanged)
        : openUnchanged(request.source, opened, keeperUnavailable, keeperChanged);
    if ("type" in source) return source;
    const old =
      request.source === request.target
        ? source
        : openUnchanged(request.target, opened, targetUnavailable, targetChanged);
    return "type" in old ? old : makeFile(calls, request, source, old);
  } finally {
    for (const fd of opened) closeFile(fd);
  }
}

interface OpenedFile {
  readonly fd: number;
  readonly stat: FileStat;
}

/**
 * Opens a file and checks that it is the one in the snapshot and that no program is writing to it. A program that opens
 * it for writing later changes its times, also if it stores through a shared mapping. The caller closes what was added
 * to `opened`.
 */
function openUnchanged(
  file: FileRef,
  opened: number[],
  unavailable: typeof targetUnavailable,
  changed: typeof targetChanged,
): OpenedFile | NotReplaced {
  const fd = openFile(file);
  if (isErrno(fd)) return unavailable(fd);
  opened.push(fd);
  const stat = statOpen(fd);
  if (isErrno(stat)) return unavailable(stat);
  const writer = writerOf(fd) === "writer" ? OPEN_FOR_WRITING : undefined;
  const why = whyChanged(stat, file.snapshot) ?? writer;
  return why === undefined ? { fd, stat } : changed(why);
}

function makeFile(
  calls: DirCalls,
  request: PrivateCopyRequest,
  source: OpenedFile,
  old: OpenedFile,
): PreparedFile | NotReplaced {
  const { target, editMetadata } = request;
  const metadata = readMetadata(old.fd);
  if (isErrno(metadata)) return { type: "failed", code: metadata.code };
  const location = besideTarget(target, makeCopyName(PARTIAL, target.snapshot, target.name));
  const made = cloneOrCopy(request, source, location);
  if (isErrno(made)) return { type: "failed", code: made.code };
  const { fd, method } = made;
  const applied = applyMetadata(fd, editMetadata?.(metadata) ?? metadata);
  const why = isErrno(applied)
    ? ({ type: "failed", code: applied.code } as const)
    : whyUnusable(calls, request, source, old, location);
  const stat = why ?? statOpen(fd);
  // Close it before it takes the target's place, where this descriptor would look like that of a writer.
  closeFile(fd);
  if (!isErrno(stat) && !("type" in stat)) return { temporary: location.name, stat, method };
  removeNew(location);
  return isErrno(stat) ? { type: "failed", code: stat.code } : stat;
}

function cloneOrCopy(
  { source, method, unsynced = false }: PrivateCopyRequest,
  { fd: from, stat: { size, blocks } }: OpenedFile,
  location: EntryLocation,
): Result<{ readonly fd: number; readonly method: CopyMethod }> {
  if (method !== "copy") {
    const fd = makeClone({ fd: from, location: source }, location);
    if (!isErrno(fd)) return { fd, method: "clone" };
    if (method === "clone" || !CANNOT_CLONE.has(fd.code)) return fd;
  }
  const fd = makeCopy(from, location, size, { sparse: blocks * 512 < size, sync: !unsynced });
  return isErrno(fd) ? fd : { fd, method: "copy" };
}

/** Checks that the content of the new file is that of the source before and after, and still equal to the target's. */
function whyUnusable(
  calls: DirCalls,
  { source, target, changedByUs }: PrivateCopyRequest,
  openedSource: OpenedFile,
  old: OpenedFile,
  { name }: EntryLocation,
): NotReplaced | undefined {
  const why = whyChangedSince(openedSource, source);
  if (why !== undefined) return source === target ? targetChanged(why) : keeperChanged(why);
  if (source === target) return undefined;
  const isDoubtful = ({ stat }: OpenedFile, { snapshot }: FileRef): boolean =>
    ctimeChanged(stat, snapshot) && !changedByUs.has(snapshot.ino);
  if (!isDoubtful(openedSource, source) && !isDoubtful(old, target)) return undefined;
  const compared = calls.compare(target.dir, name, target.name);
  if (isErrno(compared)) return { type: "failed", code: compared.code };
  return compared === "equal"
    ? undefined
    : targetChanged("its content changed, though not its modification time");
}

/** Why the content that was read from an open file may be a mixture of old and new; undefined if it is not. */
function whyChangedSince({ fd, stat }: OpenedFile, { snapshot }: FileRef): string | undefined {
  const now = statOpen(fd);
  if (isErrno(now)) return "its attributes can no longer be read";
  const why = whyChanged(now, snapshot);
  if (why !== undefined) return why;
  return now.ctimeNs === stat.ctimeNs ? undefined : "it is being changed";
}

/**
 * The second half of `breakLink`: renames the file to a temporary name that identifies it to a later run, then puts it
 * in the target's place.
 */
export function placePrivateCopy(
  calls: DirCalls,
  target: FileRef,
  { temporary: partial, stat, method }: PreparedFile,
  changedByUs: Set<bigint>,
): PrivateCopyOutcome {
  const temporary = makeCopyName(stat, target.snapshot, target.name);
  const renamed = calls.rename(target.dir, partial, temporary);
  if (isErrno(renamed)) return removeCopy(calls, target, partial, targetUnavailable(renamed));
  const location = besideTarget(target, temporary);
  const why = whyTargetChanged(calls, target);
  if (why !== undefined) return removeCopy(calls, target, temporary, why);
  const keeper = { ...location, snapshot: stat };
  const outcome = putInPlace({ calls, keeper, target, changedByUs }, temporary);
  noteFailedRemoval(target.removal, outcome);
  if (outcome.type === "replaced") return { type: "placed", method, file: stat };
  if (outcome.type !== "keeper-lost") return outcome;
  return targetChanged("the new file was written to before it was in place");
}

/** Removes a copy that is not in place; answers the name of one that cannot be removed. */
function removeCopy(
  calls: DirCalls,
  target: FileRef,
  temporary: BytePath,
  why: NotReplaced,
): NotReplaced {
  const outcome = cleanUp(calls, target.dir, temporary, why);
  noteFailedRemoval(target.removal, outcome);
  return outcome;
}

function whyTargetChanged(
  calls: DirCalls,
  { dir, name, snapshot }: FileRef,
): NotReplaced | undefined {
  const stat = calls.stat(dir, name);
  if (isErrno(stat)) return targetUnavailable(stat);
  const why = whyChanged(stat, snapshot);
  return why === undefined ? undefined : targetChanged(why);
}

function besideTarget({ dir, name, path }: EntryLocation, sibling: BytePath): EntryLocation {
  return { dir, name: sibling, path: path.slice(0, path.length - name.length) + sibling };
}
