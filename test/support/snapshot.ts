/** Snapshots of trees, to compare a tree with its earlier state. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { nativePath } from "./tree.ts";

/** The state of a regular file. */
export interface FileState {
  readonly inode: bigint;
  readonly links: number;
  readonly hash: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly mtime: bigint;
  /** Disk usage in bytes. */
  readonly allocated: number;
}

/** All regular files below `root`, by byte path. */
export function snapshot(root: string): Map<string, FileState> {
  const files = new Map<string, FileState>();
  const hashes = new Map<bigint, string>();
  for (const name of filesIn(root)) {
    const path = nativePath(root, name);
    const stat = fs.lstatSync(path, { bigint: true });
    const hash = hashes.get(stat.ino) ?? hashOf(path);
    hashes.set(stat.ino, hash);
    files.set(name, {
      inode: stat.ino,
      links: Number(stat.nlink),
      hash,
      size: Number(stat.size),
      mode: Number(stat.mode),
      uid: Number(stat.uid),
      mtime: stat.mtimeNs,
      allocated: Number(stat.blocks) * 512,
    });
  }
  return files;
}

/** The files with at least two hard links below `root`, as lists of their paths. */
export function linked(root: string): string[][] {
  const names = new Map<bigint, string[]>();
  for (const name of filesIn(root)) {
    const { ino } = fs.lstatSync(nativePath(root, name), { bigint: true });
    names.set(ino, [...(names.get(ino) ?? []), name]);
  }
  return [...names.values()]
    .filter((list) => list.length > 1)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** The content hash and mode of every file: what a run must never change. */
export function contents(root: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(snapshot(root), ([name, { hash, mode }]) => [name, `${hash} ${mode.toString(8)}`]),
  );
}

/** Contents, modes, owners, inodes and times of everything: what a run that may change nothing must keep. */
export function everything(root: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of ["", ...allIn(root)]) {
    const stat = fs.lstatSync(nativePath(root, name), { bigint: true });
    const hash = stat.isFile() ? hashOf(nativePath(root, name)) : "";
    all[name] = [
      stat.ino,
      stat.nlink,
      stat.mode,
      stat.uid,
      stat.gid,
      stat.mtimeNs,
      stat.ctimeNs,
      hash,
    ].join(" ");
  }
  return all;
}

/** Disk usage in bytes, as `du` reports it: each inode counts once. */
export function diskUsage(root: string): number {
  const files = new Map(
    Array.from(snapshot(root).values(), ({ inode, allocated }) => [inode, allocated]),
  );
  return [...files.values()].reduce((sum, allocated) => sum + allocated, 0);
}

export function filesIn(root: string): string[] {
  return allIn(root).filter((name) => fs.lstatSync(nativePath(root, name)).isFile());
}

function allIn(root: string, below = ""): string[] {
  const entries = fs.readdirSync(nativePath(root, below), {
    withFileTypes: true,
    encoding: "latin1",
  });
  return entries
    .flatMap((entry) => {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? [name, ...allIn(root, name)] : [name];
    })
    .sort();
}

function hashOf(path: Buffer): string {
  return createHash("sha256").update(fs.readFileSync(path)).digest("hex").slice(0, 16);
}
