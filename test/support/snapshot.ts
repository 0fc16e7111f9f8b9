/** What a tree looks like, to compare it with what it looked like. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { native } from "./tree.ts";

/** A regular file as everybody who uses its name sees it. */
export interface Seen {
  readonly inode: bigint;
  readonly links: number;
  readonly hash: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly mtime: bigint;
  /** Bytes of its blocks. */
  readonly allocated: number;
}

/** Every regular file below `root`, by byte path. */
export function snapshot(root: string): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  const hashes = new Map<bigint, string>();
  for (const name of filesIn(root)) {
    const place = native(root, name);
    const stat = fs.lstatSync(place, { bigint: true });
    const hash = hashes.get(stat.ino) ?? hashOf(place);
    hashes.set(stat.ino, hash);
    seen.set(name, {
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
  return seen;
}

/** The names that share a file, one list a file, where there are at least two. */
export function linked(root: string): string[][] {
  const names = new Map<bigint, string[]>();
  for (const name of filesIn(root)) {
    const { ino } = fs.lstatSync(native(root, name), { bigint: true });
    names.set(ino, [...(names.get(ino) ?? []), name]);
  }
  return [...names.values()]
    .filter((list) => list.length > 1)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** Path and content's hash: what must never change. */
export function contents(root: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(snapshot(root), ([name, { hash, mode }]) => [name, `${hash} ${mode.toString(8)}`]),
  );
}

/** Everything that is to be unchanged where nothing is to be changed: contents, modes, inodes, times. */
export function everything(root: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of ["", ...allIn(root)]) {
    const stat = fs.lstatSync(native(root, name), { bigint: true });
    const hash = stat.isFile() ? hashOf(native(root, name)) : "";
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

/** Bytes on the disk, each stored file once, as `du` counts. */
export function diskUsage(root: string): number {
  const files = new Map(
    Array.from(snapshot(root).values(), (seen) => [seen.inode, seen.allocated]),
  );
  return [...files.values()].reduce((sum, allocated) => sum + allocated, 0);
}

export function filesIn(root: string): string[] {
  return allIn(root).filter((name) => fs.lstatSync(native(root, name)).isFile());
}

function allIn(root: string, below = ""): string[] {
  const entries = fs.readdirSync(native(root, below), {
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

function hashOf(place: Buffer): string {
  return createHash("sha256").update(fs.readFileSync(place)).digest("hex").slice(0, 16);
}
