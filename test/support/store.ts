/** Runs with a content store. */
import fs from "node:fs";
import path from "node:path";
import { type Run, run } from "./run.ts";
import { TRUST } from "./run.ts";
import { emptyDir } from "./tree.ts";

/** The part of the report about the store. */
export interface StoreJson {
  readonly path: string;
  readonly found: number;
  readonly replaceable: number;
  readonly replaced: number;
  readonly savedBytes: number;
  readonly freeableBytes: number;
  readonly added: number;
  readonly evicted: readonly string[];
  readonly trimmed: number;
}

/** The path of a store that does not exist yet. */
export function newStore(): string {
  return path.join(emptyDir(), "store");
}

/** Links a tree with a store; the run must exit with 0. */
export function share(store: string, root: string, ...args: readonly string[]): StoreJson {
  const done = runShare(store, root, ...args);
  if (done.code !== 0) throw new Error(`exit code ${done.code}: ${done.stderr}`);
  return done.json["store"] as StoreJson;
}

export function runShare(store: string, root: string, ...args: readonly string[]): Run {
  return run(["--hardlink", "--json", ...TRUST, "--store", store, ...args, root]);
}

export function storeCommand(command: string, store: string, ...args: readonly string[]): Run {
  return run(["store", command, "--store", store, ...args]);
}

/** The paths of all entries. */
export function entriesOf(store: string): string[] {
  return fs
    .readdirSync(store)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((dir) =>
      fs.readdirSync(path.join(store, dir)).map((name) => path.join(store, dir, name)),
    )
    .sort();
}

export function inodeOf(file: string): number {
  return fs.lstatSync(file).ino;
}
