/**
 * Trees as object literals: real files in a directory of the system's temporary directory that goes away with
 * the test file.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** What stands at a path. A text is a regular file's content. */
export type Entry = string | Uint8Array | FileEntry | LinkEntry | SymlinkEntry | DirEntry;

interface Attributes {
  readonly mode?: number;
  /** Nanoseconds since 1970; a file without one is of `SOME_TIME`. */
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

/** Keys are byte paths: one char is one byte, so `"\xff.o"` is a name that is no UTF-8. */
export type Spec = Readonly<Record<string, Entry>>;

/** 2024-01-01, in nanoseconds. */
const SOME_TIME = 1_704_067_200_000_000_000n;
const SECOND = 1_000_000_000n;

export const isRoot = process.getuid?.() === 0;
/** A user who owns nothing. */
export const NOBODY = 65_534;

/** A further name of the file at `target` (a path of the same tree that stands before it). */
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

/** `SOME_TIME` and so many seconds. */
export function at(seconds: number): bigint {
  return SOME_TIME + BigInt(seconds) * SECOND;
}

let home: string | undefined;

/** Removes what a test file has made; runs after each of them. */
export function removeTrees(): void {
  if (home === undefined) return;
  fs.rmSync(home, { recursive: true, force: true });
  home = undefined;
}

/** An empty directory of its own. */
export function emptyDir(): string {
  if (home === undefined) {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "dedupe-test-"));
    fs.chmodSync(home, 0o755);
  }
  const made = fs.mkdtempSync(path.join(home, "tree-"));
  fs.chmodSync(made, 0o755);
  return made;
}

/** Writes the tree; its root. */
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
      fs.mkdirSync(native(root, dirPath), { recursive: true });
      made.add(dirPath);
    }
    writeEntry(root, name, entry);
  }
  // Modes and times of directories last: what is written into them would change them again.
  const dirs = Object.entries(spec).filter(([, entry]) => isDir(entry));
  for (const [name, entry] of dirs.reverse()) setAttributes(native(root, name), entry as DirEntry);
}

function writeEntry(root: string, name: string, entry: Entry): void {
  const place = native(root, name);
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    fs.writeFileSync(place, entry);
    setTime(place, SOME_TIME);
  } else if ("content" in entry) {
    fs.writeFileSync(place, entry.content);
    setAttributes(place, { mtime: SOME_TIME, ...entry });
  } else if ("link" in entry) {
    fs.linkSync(native(root, entry.link), place);
  } else if ("symlink" in entry) {
    fs.symlinkSync(Buffer.from(entry.symlink, "latin1"), place);
  }
}

function setAttributes(place: Buffer, { mode, owner, mtime }: Attributes): void {
  if (owner !== undefined) fs.chownSync(place, owner, owner); // before the mode: it clears setuid
  if (mode !== undefined) fs.chmodSync(place, mode);
  if (mtime !== undefined) setTime(place, mtime);
}

/** Sets the modification time, in nanoseconds; Node's own call has only microseconds. */
export function setTime(place: Buffer | string, mtime: bigint): void {
  if (mtime % 1000n === 0n && mtime >= 0n) {
    const seconds = Number(mtime / 1000n) / 1e6;
    fs.utimesSync(place, seconds, seconds);
    if (fs.statSync(place, { bigint: true }).mtimeNs === mtime) return;
  }
  const digits = (mtime % SECOND).toString().padStart(9, "0");
  execFileSync("touch", ["-d", `@${mtime / SECOND}.${digits}`, place.toString()]);
}

/** The path of a name in a tree, as bytes. */
export function native(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
}

function isDir(entry: Entry): boolean {
  return typeof entry === "object" && "dir" in entry;
}

function parentOf(name: string): string {
  const slash = name.lastIndexOf("/");
  return slash < 0 ? "" : name.slice(0, slash);
}
