import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import { CLI } from "../support/paths.ts";
import { TRUST, runTrusting as run } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { type Spec, dir, makeTree } from "../support/tree.ts";

/** 2001, in nanoseconds. */
const THEN = 1_000_000_000_123_456_789n;
const SECOND = 1_000_000_000n;

/** `count` files, the same in each directory; the directories have the time `THEN`. */
function makeCopies(count: number, ...dirs: string[]): Spec {
  const tree: Record<string, Spec[string]> = {};
  for (const name of dirs) {
    for (let i = 0; i < count; i += 1)
      tree[`${name}/${String(i).padStart(3, "0")}.o`] = `content ${i}`;
  }
  for (const name of dirs) tree[name] = dir({ mtime: THEN });
  return tree;
}

function timeOf(path: string): bigint {
  return fs.statSync(path, { bigint: true }).mtimeNs;
}

/** Whether a directory has the time `THEN`, to the microsecond: the resolution that Node can set. */
function isThen(path: string): boolean {
  const time = timeOf(path);
  return time <= THEN && THEN - time < 2000n;
}

describe("times of directories are restored", () => {
  test("unless nothing was replaced in the directory: another program has changed it", async () => {
    const root = makeTree(makeCopies(500, "K", "T"));
    let written = false;
    const report = await dedupe(
      { paths: [root], action: "hardlink", jobs: 1, writers: ["*=replace"] },
      {
        onEvent(event) {
          if (event.type !== "replace" || written) return;
          written = true;
          fs.writeFileSync(`${root}/K/foreign.txt`, "");
        },
      },
    );
    expect([written, report.totals.replaced]).toEqual([true, 500]);
    expect(timeOf(`${root}/K`)).toBeGreaterThan(THEN + SECOND);
    expect(isThen(`${root}/T`)).toBe(true);
  });

  test.each([1, 2])("of a directory that is given by several paths (jobs: %i)", (jobs) => {
    const root = makeTree(makeCopies(500, "K", "d"));
    // The directory is opened by one path, changed, opened by the other path, and then by the first again.
    const names = fs.readdirSync(`${root}/d`).sort();
    const paths = names.map((name, i) => (i < 100 || i >= 400 ? `d/${name}` : `${root}/d/${name}`));
    const done = run(["--hardlink", `-j${jobs}`, `${root}/K`, ...paths], { cwd: root });
    expect([done.code, linked(root).length]).toEqual([0, 500]);
    expect(isThen(`${root}/d`)).toBe(true);
  });

  test.each([1, 2])("of more directories than may be open at once (jobs: %i)", (jobs) => {
    const dirs = Array.from({ length: 60 }, (_, i) => `f${i}`);
    const root = makeTree(makeCopies(30, ...dirs));
    const limited = `ulimit -n 64; exec "$@"`;
    const done = spawnSync(
      "bash",
      ["-c", limited, "bash", process.execPath, CLI, ...TRUST, "--hardlink", `-j${jobs}`, root],
      { encoding: "utf8" },
    );
    expect([done.status, done.stderr]).toEqual([0, ""]);
    expect(linked(root).length).toBe(30);
    expect(dirs.filter((name) => !isThen(`${root}/${name}`))).toEqual([]);
  });

  test("except a time that exceeds 64 bits of nanoseconds", () => {
    const root = makeTree({ ...makeCopies(3, "K", "d"), d: dir() });
    fs.utimesSync(`${root}/d`, 10_413_792_000, 10_413_792_000); // the year 2300
    const began = BigInt(Date.now()) * 1_000_000n;
    expect(run(["--hardlink", root]).code).toBe(0);
    expect(timeOf(`${root}/d`)).toBeGreaterThan(began - SECOND);
  });
});
