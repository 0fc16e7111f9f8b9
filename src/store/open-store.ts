import { type BytePath, dirOf, join, nameOf, toText } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { DedupeError } from "../core/errors.ts";
import { type Errno, isErrno, tryErrno } from "../core/result.ts";
import { isTemporaryName } from "../core/temporary-name.ts";
import { disk } from "../fs/disk.ts";
import { makePrivateDirs, readHead, replaceDurably } from "../fs/durable-file.ts";
import { BUCKET_COUNT, FORMAT, README, bucketName } from "./layout.ts";
import { temporaryPath } from "./temporaries.ts";
import { noteTrim } from "./trim-times.ts";

/** A store whose format this version knows, or one that is to be made. */
export interface Store {
  /** The real path. */
  readonly path: BytePath;
  readonly exists: boolean;
  /** Of the directory in which it is to be made, if it does not exist. */
  readonly device: bigint;
  readonly owner: number;
}

export interface OpenOptions {
  /** Make the store if it does not exist, and complete what a killed run has left incomplete. */
  readonly create: boolean;
  /** Refuse a store of another user: its files cannot be linked, and its owner could write to ours. */
  readonly ownOnly: boolean;
}

const FORMAT_FILE = "format";
/** Longer than any number. */
const FORMAT_BYTES = 64;

/**
 * Opens a store.
 *
 * @throws DedupeError that says why the directory cannot be used.
 */
export function openStore(path: BytePath, { create, ownOnly }: OpenOptions): Store {
  const refuse = (why: string, hint?: string): DedupeError =>
    new DedupeError("bad-option", `--store ${toText(path)}: ${why}`, hint);
  if (create) makeParents(path, refuse);
  const real = tryErrno(() => disk.realPath(path));
  if (isErrno(real)) {
    if (create || real.code !== "ENOENT") throw refuse(describeErrno(real.code));
    return futureStore(path, refuse);
  }
  const stat = tryErrno(() => disk.stat(real));
  if (isErrno(stat)) throw refuse(describeErrno(stat.code));
  if (!stat.isDirectory()) throw refuse("it is not a directory");
  const format = readFormat(real, refuse);
  const owner = Number(stat.uid);
  const user = process.geteuid?.() ?? owner;
  if (ownOnly && owner !== user) {
    throw refuse(
      `it belongs to user ${owner}, and this is user ${user}: hardlinks can share files of one user only`,
      "use a store of your own, or --reflink",
    );
  }
  if (create) complete(real, format === undefined, refuse);
  return { path: real, exists: create || format !== undefined, device: stat.dev, owner };
}

/** The store that another run would make. */
function futureStore(path: BytePath, refuse: Refuse): Store {
  let base = path;
  while (!disk.exists(base)) base = dirOf(base);
  const stat = tryErrno(() => disk.stat(base));
  if (isErrno(stat)) throw refuse(describeErrno(stat.code));
  return { path, exists: false, device: stat.dev, owner: process.geteuid?.() ?? Number(stat.uid) };
}

function makeParents(path: BytePath, refuse: Refuse): void {
  const missing: BytePath[] = [];
  let base = path;
  for (; !disk.exists(base); base = dirOf(base)) missing.unshift(nameOf(base));
  if (missing.length === 0) return;
  const made = makePrivateDirs(base, missing);
  if (isErrno(made)) throw refuse(`it cannot be made: ${describeErrno(made.code)}`);
}

type Refuse = (why: string, hint?: string) => DedupeError;

/** The format of a store; undefined for an empty directory. */
function readFormat(path: BytePath, refuse: Refuse): number | undefined {
  const bytes = readHead(join(path, FORMAT_FILE), FORMAT_BYTES);
  if (isErrno(bytes)) {
    if (bytes.code !== "ENOENT") throw refuse(`its format: ${describeErrno(bytes.code)}`);
    const entries = tryErrno(() => disk.readDir(path));
    if (isErrno(entries)) throw refuse(describeErrno(entries.code));
    // A run that was killed while it made the store may have left a temporary.
    if (entries.every(({ name }) => isTemporaryName(name))) return undefined;
    throw refuse(
      "it is not empty, and no store of dedupe",
      "name a new or an empty directory; the paths to search are given apart from it",
    );
  }
  const text = bytes.toString("latin1");
  const format = /^(\d{1,9})\n$/.exec(text)?.[1];
  if (format === undefined) throw refuse("its file 'format' is damaged", "remove the store");
  if (Number(format) > FORMAT) {
    throw refuse(
      `its format is ${format}, and this version of dedupe knows formats up to ${FORMAT}`,
      "use a newer version of dedupe, or another directory",
    );
  }
  return Number(format);
}

/** Makes what is missing. The format comes first: without it, a directory with anything else in it is no store. */
function complete(path: BytePath, isNew: boolean, refuse: Refuse): void {
  const fail = ({ code }: Errno): never => {
    throw refuse(`it cannot be made: ${describeErrno(code)}`);
  };
  const write = (name: string, text: string): void => {
    const done = replaceDurably(join(path, name), temporaryPath(path, name), Buffer.from(text));
    if (isErrno(done)) fail(done);
  };
  if (isNew) {
    write(FORMAT_FILE, `${FORMAT}\n`);
    noteTrim(path, Date.now()); // a new store has nothing to trim
  }
  if (!disk.exists(join(path, "README"))) write("README", README);
  // The last directory is made last, so that one look shows that all exist.
  if (disk.exists(join(path, bucketName(BUCKET_COUNT - 1)))) return;
  const names = ["tmp", ...Array.from({ length: BUCKET_COUNT }, (_, i) => bucketName(i))];
  for (const name of names) {
    const made = makePrivateDirs(path, [name]);
    if (isErrno(made)) fail(made);
  }
}
