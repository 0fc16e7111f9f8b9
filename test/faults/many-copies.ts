/** A tree with many duplicates, and its state after a run. */
import fs from "node:fs";
import path from "node:path";
import { emptyDir } from "../support/tree.ts";

export interface Copies {
  readonly root: string;
  readonly contents: number;
  readonly names: number;
}

const DIRS = 50;

/** Creates `names` files in 50 directories, with `contents` different contents in turn. */
export function makeCopies(names: number, contents: number, root = emptyDir()): Copies {
  for (let i = 0; i < DIRS; i += 1) fs.mkdirSync(path.join(root, `d${i}`), { recursive: true });
  for (let i = 0; i < names; i += 1) fs.writeFileSync(nameOf(root, i), contentOf(i % contents));
  return { root, contents, names };
}

function nameOf(root: string, i: number): string {
  return path.join(root, `d${i % DIRS}`, `f${i}.o`);
}

function contentOf(number: number): string {
  return `content ${number} `.padEnd(40, "x");
}

/** Checks that every file exists with its contents; counts inodes and temporary files. */
export function inspect({ root, contents, names }: Copies): {
  wrong: string[];
  inodes: number;
  temporaries: number;
} {
  const wrong: string[] = [];
  const inodes = new Set<number>();
  for (let i = 0; i < names; i += 1) {
    const file = nameOf(root, i);
    try {
      inodes.add(fs.lstatSync(file).ino);
      if (fs.readFileSync(file, "latin1") !== contentOf(i % contents))
        wrong.push(`${file}: other contents`);
    } catch (error) {
      wrong.push(String(error));
    }
  }
  const found = fs.readdirSync(root, { recursive: true, encoding: "utf8" });
  const temporaries = found.filter((name) => path.basename(name).startsWith(".dedupe-")).length;
  return { wrong, inodes: inodes.size, temporaries };
}
