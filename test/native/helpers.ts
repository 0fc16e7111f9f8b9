import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { fromText } from "../../src/core/byte-path.ts";
import type { Result } from "../../src/core/result.ts";
import { native, type Native, whyNoNative } from "../../src/native/native.ts";

/** Why the native calls cannot be tested here; undefined if they can. */
export const whyNot: string | undefined = whyNoNative();

/** The calls; use them only if `whyNot` is undefined. */
export const calls = native() as Native;

/** Exchanges two paths. */
export const exchange = (a: string, b: string): Result =>
  calls.exchangeAt(calls.cwd, a, calls.cwd, b);

export const isRoot = process.getuid?.() === 0;

/**
 * Tests that run only if `why` is undefined; otherwise the title says why they do not. Unlike `describe.skipIf`, skips
 * the body, too: it creates directories that would not be removed.
 */
export function describeWhere(title: string, why: string | undefined, body: () => void): void {
  if (why === undefined) describe(title, body);
  else describe.skip(`${title} (skipped: ${why})`, () => it("is skipped", () => {}));
}

/** `describeWhere` for one test. */
export function itWhere(title: string, why: string | undefined, body: () => void): void {
  if (why === undefined) it(title, body);
  else it.skip(`${title} (skipped: ${why})`, () => {});
}

/** Creates a directory in `base`. It is removed after the tests of the file or of the surrounding `describe`; not for use in a test. */
export function temporaryDir(base: string = tmpdir()): string {
  const dir = mkdtempSync(join(realpathSync(base), "dedupe-native-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return fromText(dir);
}

/** A directory on another device than the temporary directory; undefined if there is none. */
export function otherDevice(): string | undefined {
  try {
    return statSync("/dev/shm").dev === statSync(tmpdir()).dev ? undefined : "/dev/shm";
  } catch {
    return undefined;
  }
}

export interface Mounted {
  readonly dir: string;
  /** Why it could not be mounted. */
  readonly why: string | undefined;
}

/** The options of each mkfs. */
const QUIET = { ext4: ["-q"], btrfs: ["-q"], xfs: ["-q"], vfat: [] } as const;

/** Mounts a new file system from an image file until the tests of the file are over. Needs root, mkfs and loop devices. */
export function mountImage(type: keyof typeof QUIET): Mounted {
  return mount((base) => {
    const image = join(base, "image");
    run("truncate", "-s", "400M", image);
    run(`mkfs.${type}`, ...QUIET[type], image);
    return ["-o", "loop", image];
  });
}

/**
 * Mounts until the tests of the file are over. `prepare` gets an empty directory and answers the parameters of mount(8)
 * before the mount point.
 */
export function mount(prepare: (base: string) => readonly string[]): Mounted {
  if (whyNot !== undefined) return { dir: "", why: whyNot };
  if (process.platform !== "linux") return { dir: "", why: "mounts are those of Linux" };
  if (!isRoot) return { dir: "", why: "only root may mount" };
  const base = mkdtempSync(join(realpathSync(tmpdir()), "dedupe-native-"));
  const dir = join(base, "mounted");
  try {
    mkdirSync(dir);
    run("mount", ...prepare(base), dir);
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    return { dir: "", why: firstLine(error) };
  }
  afterAll(() => {
    // Lazily, as a failed test may have left a file open.
    run("umount", "--lazy", dir);
    rmSync(base, { recursive: true, force: true });
  });
  return { dir, why: undefined };
}

export function run(command: string, ...parameters: readonly string[]): void {
  execFileSync(command, parameters, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split("\n")[0] ?? "";
}
