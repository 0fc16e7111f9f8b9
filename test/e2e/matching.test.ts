import fs from "node:fs";
import load from "xxhash-wasm";
import { describe, expect, test } from "vitest";
import { collidingXxh32, collidingXxh64 } from "../support/collisions.ts";
import { elf, flipped, noise } from "../support/contents.ts";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { contents, linked, snapshot } from "../support/snapshot.ts";
import { type Spec, emptyDir, link, makeTree } from "../support/tree.ts";

const KIB = 1024;
const MIB = KIB * KIB;
const LENGTHS = [
  1,
  2,
  4095,
  4096,
  4097,
  8191,
  8192,
  8193,
  32_767,
  32_768,
  32_769,
  73_728,
  73_729,
  MIB - 1,
  MIB,
  MIB + 1,
  3 * MIB,
];

/** The positions at which two files of one size first differ. */
function positionsIn(length: number): number[] {
  return [...new Set([0, Math.floor(length / 2), length - 1])];
}

describe("files of one size that differ in one byte are never linked", () => {
  test.each([{ json: false }, { json: true }])(
    "of any length, at any position (json: $json)",
    ({ json }) => {
      const tree: Record<string, Buffer> = {};
      const wanted: string[][] = [];
      for (const length of LENGTHS) {
        const same = noise(length, length);
        tree[`${length}/a.o`] = same;
        tree[`${length}/b.o`] = same;
        for (const position of positionsIn(length)) {
          // Two copies, so that they form a set of their own.
          tree[`${length}/x${position}.o`] = flipped(same, position);
          tree[`${length}/y${position}.o`] = flipped(same, position);
          wanted.push([`${length}/x${position}.o`, `${length}/y${position}.o`]);
        }
        wanted.push([`${length}/a.o`, `${length}/b.o`]);
      }
      const root = makeTree(tree);
      const before = contents(root);
      const done = run(["--hardlink", ...(json ? ["--json"] : []), root]);
      expect(done.code).toBe(0);
      expect(contents(root)).toEqual(before);
      expect(linked(root)).toEqual(wanted.sort((a, b) => (a[0] < b[0] ? -1 : 1)));
    },
  );

  test.each(positionsIn(3 * MIB).map((position) => ({ position })))(
    "a pair of 3 MiB, at byte $position",
    ({ position }) => {
      const bytes = noise(3 * MIB);
      const root = makeTree({ "a.o": bytes, "b.o": flipped(bytes, position) });
      const report = runJson(["--hardlink", root]);
      expect(report.totals).toMatchObject({ sets: 0, replaced: 0 });
      // Reading stops at the block that differs.
      if (position === 0) expect(report.totals.bytesRead).toBeLessThanOrEqual(64 * KIB);
      else expect(report.totals.bytesRead).toBeLessThanOrEqual(6 * MIB);
    },
  );
});

describe("contents whose hashes collide", () => {
  const long = noise(100 * KIB);
  /** Places the colliding bytes at `offset`, the start of a block, so that they are the first that are hashed. */
  const at = (bytes: Buffer, offset: number, length: number): Buffer => {
    const whole = Buffer.from(long.subarray(0, length));
    bytes.copy(whole, offset);
    return whole;
  };

  test.each([
    { it: "XXH64, small files", files: collidingXxh64(6) },
    { it: "XXH32, small files", files: collidingXxh32(6) },
    { it: "XXH64, large files", files: collidingXxh64(6).map((bytes) => at(bytes, 0, 100 * KIB)) },
    { it: "XXH32, first block", files: collidingXxh32(6).map((bytes) => at(bytes, 0, 100 * KIB)) },
    {
      it: "XXH32, second block",
      files: collidingXxh32(6).map((bytes) => at(bytes, 8 * KIB, 100 * KIB)),
    },
    {
      it: "XXH32, one-block file",
      files: collidingXxh32(6).map((bytes) => at(bytes, 0, 20 * KIB)),
    },
  ])("$it: files are compared by their bytes", ({ files }) => {
    // Two files per content, in an order in which no file follows its duplicate.
    const tree = Object.fromEntries(
      [...files, ...files].map((bytes, i) => [`${String(i).padStart(2, "0")}.o`, bytes]),
    );
    const root = makeTree(tree);
    const before = contents(root);
    const report = runJson(["--hardlink", root]);
    expect(report.totals).toMatchObject({ sets: 6, replaced: 6 });
    expect(linked(root)).toEqual(
      files.map((_, i) => [`0${i}.o`, `${String(i + 6).padStart(2, "0")}.o`]),
    );
    expect(contents(root)).toEqual(before);
  });

  test("the report lists sets with the same XXH64 separately", () => {
    const [a, b] = collidingXxh64(2);
    const report = runJson([makeTree({ "1.o": a, "2.o": b, "3.o": a, "4.o": b })]);
    expect(report.sets).toHaveLength(2);
    expect(report.sets[0].hash).toBe(report.sets[1].hash);
  });
});

test("thousands of files of one size: the result does not depend on the number of threads", () => {
  const contentOf = (i: number): Buffer => {
    if (i % 4 === 0) return noise(5000, i);
    if (i % 4 === 1) return noise(5000, i >> 3);
    if (i % 4 === 2) return noise(5000, i % 40);
    return flipped(noise(5000, 1), 4096 + (i % 101));
  };
  const root = makeTree(
    Object.fromEntries(Array.from({ length: 8000 }, (_, i) => [`${i % 10}/${i}.o`, contentOf(i)])),
  );
  const before = contents(root);
  const reportOf = (...args: string[]) => {
    const report = runJson([...args, root]);
    report.totals.seconds = 0;
    return report;
  };
  const alone = reportOf("-j1");
  expect(reportOf("-j2")).toEqual(alone);
  expect(reportOf("-j3")).toEqual(alone);
  expect(reportOf("--hardlink", "-j2").totals.replaced).toBe(alone.totals.replaceable);
  expect(contents(root)).toEqual(before);
});

test("the hash in the report is the XXH64 of the whole file", async () => {
  const { h64Raw } = await load();
  const tree: Record<string, Buffer> = {};
  for (const length of LENGTHS) {
    const same = noise(length, length + 7);
    // Files that differ late, so that hashes are continued over blocks and started again.
    Object.assign(tree, { [`${length}a.o`]: same, [`${length}b.o`]: same });
    const late = flipped(same, length - 1);
    const half = flipped(same, length >> 1);
    Object.assign(tree, {
      [`${length}c.o`]: late,
      [`${length}d.o`]: late,
      [`${length}e.o`]: half,
      [`${length}f.o`]: half,
    });
  }
  const root = makeTree(tree);
  const report = runJson([root]);
  // In files of one or two bytes, the middle byte is the last one.
  expect(report.sets).toHaveLength(3 * LENGTHS.length - 2);
  for (const set of report.sets) {
    const hash = h64Raw(fs.readFileSync(set.kept)).toString(16).padStart(16, "0");
    expect(`${set.kept} ${set.hash}`).toBe(`${set.kept} xxh64:${hash}`);
  }
});

describe("bytes read", () => {
  test("none, if all files of each size share an inode", () => {
    const root = makeTree({ "a.o": "1", "b.o": link("a.o"), "c.o": "22", "d.o": "333" });
    expect(runJson([root]).totals).toMatchObject({ bytesRead: 0, artifacts: 4, inodes: 3 });
  });

  test("none in a second run, as all files of each size share an inode by then", () => {
    const root = makeTree({ "a.o": "xx", "b.o": "xx", "c.o": "yyy", "d.o": "yyy", "e.o": "yyy" });
    expect(runJson(["--hardlink", root]).totals).toMatchObject({ replaced: 3, bytesRead: 13 });
    expect(runJson(["--hardlink", root]).totals).toMatchObject({
      replaced: 0,
      bytesRead: 0,
      savedBytes: 0,
    });
  });

  test("every byte of identical files once, whatever their number and length", () => {
    for (const length of [5000, 50_000, 2 * MIB]) {
      const copies = Object.fromEntries(
        Array.from({ length: 7 }, (_, i) => [`${i}.o`, noise(length)]),
      );
      const root = makeTree(copies);
      run(["--hardlink", "-q", root]);
      const fresh = makeTree(copies);
      expect(runJson(["--hardlink", "--no-progress", fresh]).totals.bytesRead).toBe(7 * length);
      expect(linked(root)[0]).toHaveLength(7);
    }
  });

  test("one block of each of 20,000 different files of one size, and little more", () => {
    const root = emptyDir();
    const size = 100 * KIB;
    for (let i = 0; i < 20_000; i += 1) {
      if (i % 500 === 0) fs.mkdirSync(`${root}/${i / 500}`);
      const descriptor = fs.openSync(`${root}/${Math.floor(i / 500)}/${i}.o`, "w");
      fs.writeSync(descriptor, `different ${i}`);
      fs.ftruncateSync(descriptor, size);
      fs.closeSync(descriptor);
    }
    const report = runJson(["-j", "1", root]);
    expect(report.totals).toMatchObject({ artifacts: 20_000, sets: 0 });
    expect(report.totals.bytesRead).toBeLessThanOrEqual(20_000 * 8 * KIB * 1.5);
  });
});

describe("sets of any number of files", () => {
  test.each([2, 3, 17, 600, 5000])("%i", (count) => {
    const tree: Spec = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${i % 7}/${i}.o`, "equal"]),
    );
    const root = makeTree({ ...tree, "other.o": "other" });
    const report = runJson(["--hardlink", root]);
    expect(report.totals).toMatchObject({ sets: 1, duplicates: count - 1, replaced: count - 1 });
    expect(linked(root)).toHaveLength(1);
    expect(linked(root)[0]).toHaveLength(count);
  });
});

test("more different first blocks than fit in memory: files that are not artifacts are still skipped", () => {
  const root = emptyDir();
  // 3,200 blocks of 32 KiB are 100 MiB. The kind of these files depends on their content.
  for (let i = 0; i < 3200; i += 1) {
    const path = `${root}/${i}`;
    fs.writeFileSync(path, `data ${i}`);
    fs.truncateSync(path, 32 * KIB);
  }
  for (const name of ["x1", "x2"]) {
    fs.writeFileSync(`${root}/${name}`, "equal data that is no artifact");
    fs.truncateSync(`${root}/${name}`, 32 * KIB);
  }
  for (const name of ["y1", "y2"]) {
    fs.writeFileSync(`${root}/${name}`, elf("executable", "equal programs"));
    fs.truncateSync(`${root}/${name}`, 32 * KIB);
  }
  run(["--hardlink", "-j", "1", root]);
  expect(linked(root)).toEqual([["y1", "y2"]]);
});

test("a file that was replaced after a run is compared again in the next run", () => {
  const root = makeTree({ "a.o": "one", "b.o": "one" });
  run(["--hardlink", root]);
  fs.rmSync(`${root}/b.o`);
  fs.writeFileSync(`${root}/b.o`, "two");
  run(["--hardlink", root]);
  expect([...snapshot(root).values()].map(({ links }) => links)).toEqual([1, 1]);
  expect(fs.readFileSync(`${root}/b.o`, "utf8")).toBe("two");
});
