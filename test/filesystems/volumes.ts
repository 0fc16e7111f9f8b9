/** Mounts file systems from image files for one test file. Needs root. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { isRoot } from "../support/tree.ts";

export interface Volume {
  readonly name: string;
  /** The mount point; undefined if it could not be mounted. */
  readonly root: string | undefined;
  /** Why it could not be mounted. */
  readonly missing: string;
}

const mounted: string[] = [];
let base: string | undefined;

afterAll(() => {
  for (const mountPoint of mounted.toReversed()) spawnSync("umount", ["--lazy", mountPoint]);
  if (base !== undefined) fs.rmSync(base, { recursive: true, force: true });
});

/** A temporary directory, in memory if possible. */
export function workDir(): string {
  base ??= fs.mkdtempSync(
    path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "dedupe-volumes-"),
  );
  return base;
}

/** Mounts something with `attach`. */
export function volume(name: string, attach: (mountPoint: string) => void): Volume {
  if (!isRoot) return { name, root: undefined, missing: "mounting needs root" };
  const mountPoint = path.join(workDir(), name.replaceAll(/\W+/g, "-"));
  fs.mkdirSync(mountPoint);
  try {
    attach(mountPoint);
    mounted.push(mountPoint);
    return { name, root: mountPoint, missing: "" };
  } catch (error) {
    const message = (error as { stderr?: Buffer }).stderr ?? String(error);
    return { name, root: undefined, missing: message.toString().trim().split("\n").at(-1) ?? "" };
  }
}

/** Mounts a new file system in an image file. */
export function imageVolume(
  name: string,
  megabytes: number,
  mkfs: readonly string[],
  options = "loop",
): Volume {
  return volume(name, (mountPoint) => {
    const image = `${mountPoint}.img`;
    fs.writeFileSync(image, "");
    fs.truncateSync(image, megabytes * 1024 * 1024);
    command(mkfs[0], ...mkfs.slice(1), image);
    command("mount", "-o", options, image, mountPoint);
  });
}

export function mount(mountPoint: string, ...args: readonly string[]): void {
  command("mount", ...args, mountPoint);
  mounted.push(mountPoint);
}

export function command(name: string, ...args: readonly string[]): void {
  execFileSync(name, args, { stdio: ["ignore", "ignore", "pipe"] });
}
