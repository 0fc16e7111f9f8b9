/** File systems in image files, mounted for a test file and gone after it. Needs root. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { isRoot } from "../support/tree.ts";

export interface Volume {
  readonly name: string;
  /** Where it is mounted; undefined where it could not be. */
  readonly root: string | undefined;
  /** Why not. */
  readonly missing: string;
}

const mounted: string[] = [];
let home: string | undefined;

afterAll(() => {
  for (const place of mounted.toReversed()) spawnSync("umount", ["--lazy", place]);
  if (home !== undefined) fs.rmSync(home, { recursive: true, force: true });
});

/** A directory in memory where that is there, else in the temporary directory. */
export function workDir(): string {
  home ??= fs.mkdtempSync(
    path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "dedupe-volumes-"),
  );
  return home;
}

/** Mounts something new; the volume says why where that cannot be. */
export function volume(name: string, attach: (place: string) => void): Volume {
  if (!isRoot) return { name, root: undefined, missing: "mounting needs root" };
  const place = path.join(workDir(), name.replaceAll(/\W+/g, "-"));
  fs.mkdirSync(place);
  try {
    attach(place);
    mounted.push(place);
    return { name, root: place, missing: "" };
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr ?? String(error);
    return { name, root: undefined, missing: said.toString().trim().split("\n").at(-1) ?? "" };
  }
}

/** A file system of its own in an image file. */
export function imageVolume(
  name: string,
  megabytes: number,
  mkfs: readonly string[],
  options = "loop",
): Volume {
  return volume(name, (place) => {
    const image = `${place}.img`;
    fs.writeFileSync(image, "");
    fs.truncateSync(image, megabytes * 1024 * 1024);
    command(mkfs[0], ...mkfs.slice(1), image);
    command("mount", "-o", options, image, place);
  });
}

export function mount(place: string, ...args: readonly string[]): void {
  command("mount", ...args, place);
  mounted.push(place);
}

export function command(name: string, ...args: readonly string[]): void {
  execFileSync(name, args, { stdio: ["ignore", "ignore", "pipe"] });
}
