/**
 * Creates trees of real files from object literals, in a temporary directory that is removed after the test file.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";

/** An entry of a tree. A string or array is the content of a regular file. */
export type Entry = string | Uint8Array | FileEntry | LinkEntry | SymlinkEntry | DirEntry;

interface Attributes {
  readonly mode?: number;
  /** Nanoseconds since 1970; for files, `SOME_TIME` by default. */
  readonly mtime?: bigint;
  /** User and group. */
  readonly owner?: number;
}
interface FileEntry extends Attributes {
  readonly content: string | Uint8Array;
}
interface LinkEntry {
  readonly link: string;
}
interface SymlinkEntry {
  readonly symlink: string;
}
interface DirEntry extends Attributes {
  readonly dir: true;
}

/** Entries by their byte paths: each char is one byte, so `"\xff.o"` is a name that is not valid UTF-8. */
export type Spec = Readonly<Record<string, Entry>>;

/** 2024-01-01, in nanoseconds. */
const SOME_TIME = 1_704_067_200_000_000_000n;
const SECOND = 1_000_000_000n;

export const isRoot = process.getuid?.() === 0;
/** A user that owns no files. */
export const NOBODY = 65_534;

/** A hard link to the file at `target`, an earlier path of the same tree. */
export function link(target: string): LinkEntry {
  return { link: target };
}

export function symlink(target: string): SymlinkEntry {
  return { symlink: target };
}

export function dir(attributes: Attributes = {}): DirEntry {
  return { dir: true, ...attributes };
}

export function file(content: string | Uint8Array, attributes: Attributes = {}): FileEntry {
  return { content, ...attributes };
}

/** The time `seconds` after `SOME_TIME`. */
export function at(seconds: number): bigint {
  return SOME_TIME + BigInt(seconds) * SECOND;
}

let base: string | undefined;

/** Removes all trees of a test file; runs after each test file. */
export function removeTrees(): void {
  if (base === undefined) return;
  fs.rmSync(base, { recursive: true, force: true });
  base = undefined;
}

function baseDir(): string {
  if (base === undefined) {
    base = fs.mkdtempSync(join(os.tmpdir(), "dedupe-test-"));
    fs.chmodSync(base, 0o755);
  }
  return base;
}

/** The cache directory of the runs of a test file; it may not exist yet. */
export function cacheHome(): string {
  return join(baseDir(), "cache");
}

/** Creates a new empty directory. */
export function emptyDir(): string {
  const made = fs.mkdtempSync(join(baseDir(), "tree-"));
  fs.chmodSync(made, 0o755);
  return made;
}

/** Creates a tree and returns its root. */
export function makeTree(spec: Spec): string {
  const root = emptyDir();
  addToTree(root, spec);
  return root;
}

export function addToTree(root: string, spec: Spec): void {
  const made = new Set<string>();
  for (const [name, entry] of Object.entries(spec)) {
    const dirPath = isDir(entry) ? name : parentOf(name);
    if (dirPath !== "" && !made.has(dirPath)) {
      fs.mkdirSync(nativePath(root, dirPath), { recursive: true });
      made.add(dirPath);
    }
    writeEntry(root, name, entry);
  }
  // Set modes and times of directories last, as writing into a directory changes its time.
  const dirs = Object.entries(spec).filter(([, entry]) => isDir(entry));
  for (const [name, entry] of dirs.reverse())
    setAttributes(nativePath(root, name), entry as DirEntry);
}

function writeEntry(root: string, name: string, entry: Entry): void {
  const path = nativePath(root, name);
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    fs.writeFileSync(path, entry);
    setTime(path, SOME_TIME);
  } else if ("content" in entry) {
    fs.writeFileSync(path, entry.content);
    setAttributes(path, { mtime: SOME_TIME, ...entry });
  } else if ("link" in entry) {
    fs.linkSync(nativePath(root, entry.link), path);
  } else if ("symlink" in entry) {
    fs.symlinkSync(Buffer.from(entry.symlink, "latin1"), path);
  }
}

function setAttributes(path: Buffer, { mode, owner, mtime }: Attributes): void {
  if (owner !== undefined) fs.chownSync(path, owner, owner); // before the mode, as it clears setuid
  if (mode !== undefined) fs.chmodSync(path, mode);
  if (mtime !== undefined) setTime(path, mtime);
}

/** Sets the modification time, in nanoseconds. Node's own call supports only microseconds. */
export function setTime(path: Buffer | string, mtime: bigint): void {
  if (mtime % 1000n === 0n && mtime >= 0n) {
    const seconds = Number(mtime / 1000n) / 1e6;
    fs.utimesSync(path, seconds, seconds);
    if (fs.statSync(path, { bigint: true }).mtimeNs === mtime) return;
  }
  const digits = (mtime % SECOND).toString().padStart(9, "0");
  execFileSync("touch", ["-d", `@${mtime / SECOND}.${digits}`, path.toString()]);
}

/** The path of an entry, for calls of Node. */
export function nativePath(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
}

function isDir(entry: Entry): boolean {
  return typeof entry === "object" && "dir" in entry;
}

function parentOf(name: string): string {
  const slash = name.lastIndexOf("/");
  return slash < 0 ? "" : name.slice(0, slash);
}
