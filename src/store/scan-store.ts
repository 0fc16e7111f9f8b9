import { type BytePath, join } from "../core/byte-path.ts";
import { type Errno, type Result, isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type FileCalls, StatBuffer, fastFileCalls } from "../fs/file-calls.ts";
import { BUCKET_COUNT, type EntryName, bucketName, parseEntryName } from "./layout.ts";

const TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;

/** What a scan is told about. `stat` is reused for the next entry. */
export interface ScanVisitor {
  entry(entry: EntryName, at: EntryAt, stat: StatBuffer): void;
  /** Something in a directory for entries that is none, or cannot be read. */
  stranger(path: BytePath, why: "not-an-entry" | Errno): void;
  /** Called after each directory; the scan waits for it. */
  endOfBucket?(): Promise<void>;
}

export interface EntryAt {
  /** The index of the directory. */
  readonly bucket: number;
  readonly name: BytePath;
}

export function entryPath(store: BytePath, { bucket, name }: EntryAt): BytePath {
  return `${store}/${bucketName(bucket)}/${name}`;
}

/** Visits every entry of a store, in the order of their digests. Ends early if the run is stopped. */
export async function scanStore(
  store: BytePath,
  visitor: ScanVisitor,
  stopped: () => boolean,
): Promise<void> {
  const calls = fastFileCalls();
  const stat = new StatBuffer();
  for (let bucket = 0; bucket < BUCKET_COUNT && !stopped(); bucket += 1) {
    const dir = join(store, bucketName(bucket));
    const fd = calls.openDir(dir);
    const failed = scanBucket(calls, { fd, dir, bucket }, visitor, stat);
    if (fd !== undefined) calls.close(fd);
    if (isErrno(failed)) visitor.stranger(dir, failed);
    await yieldToEventLoop();
    await visitor.endOfBucket?.();
  }
}

interface Bucket {
  readonly fd: number | undefined;
  readonly dir: BytePath;
  readonly bucket: number;
}

function scanBucket(
  calls: FileCalls,
  { fd, dir, bucket }: Bucket,
  visitor: ScanVisitor,
  stat: StatBuffer,
): Result {
  const listed = calls.readDir(fd, dir);
  if (isErrno(listed)) return listed;
  for (const name of [...listed.dirs, ...listed.symlinks])
    visitor.stranger(join(dir, name), "not-an-entry");
  for (const name of listed.files) {
    const entry = parseEntryName(name);
    if (entry === undefined || !name.startsWith(bucketName(bucket))) {
      visitor.stranger(join(dir, name), "not-an-entry");
      continue;
    }
    const found = calls.lstat(fd, fd === undefined ? join(dir, name) : name, stat);
    if (isErrno(found)) {
      if (found.code !== "ENOENT") visitor.stranger(join(dir, name), found);
    } else if ((stat.mode & TYPE_BITS) === REGULAR_FILE) {
      visitor.entry(entry, { bucket, name }, stat);
    }
  }
  return undefined;
}
