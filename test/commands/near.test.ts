import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { type NearOptions } from "../../src/commands/diff-options.ts";
import { diffNear } from "../../src/commands/near.ts";
import type { NearReport } from "../../src/core/near-report.ts";
import { disk } from "../../src/fs/disk.ts";
import { type Spec, link, makeTree } from "../support/tree.ts";

/** Python bytecode with the time of its source, a difference that is only noise. */
function pyc(code: string, time: number): Buffer {
  const head = Buffer.from("a70d0d0a00000000000000000a000000", "hex");
  head.writeUInt32LE(time, 8);
  return Buffer.concat([head, Buffer.from(`\xe3${code}`, "latin1")]);
}

async function near(spec: Spec, options: Partial<NearOptions> = {}): Promise<NearReport> {
  const root = makeTree(spec);
  const report = await diffNear({ paths: [root], jobs: 1, ...options });
  return JSON.parse(JSON.stringify(report).replaceAll(`${root}/`, "")) as NearReport;
}

/** `path = other` for each pair. */
function pairsOf({ groups }: NearReport): string[] {
  return groups.flatMap(({ pairs }) => pairs.map(({ path, of }) => `${path} = ${of}`)).sort();
}

describe("variants of a unit that differ only in noise are found", () => {
  test.each<{ it: string; tree: Spec; options?: Partial<NearOptions>; pairs: string[] }>([
    {
      it: "with other times",
      tree: { "a/O2/m.pyc": pyc("code", 1), "a/O3/m.pyc": pyc("code", 2) },
      pairs: ["a/O3/m.pyc = a/O2/m.pyc"],
    },
    {
      it: "but not with other code",
      tree: { "a/O2/m.pyc": pyc("code", 1), "a/O3/m.pyc": pyc("core", 2) },
      pairs: [],
    },
    {
      it: "but not if they are equal already",
      tree: {
        "a/O1/m.pyc": pyc("code", 1),
        "a/O2/m.pyc": pyc("code", 1),
        "a/O3/m.pyc": link("a/O1/m.pyc"),
      },
      pairs: [],
    },
    {
      it: "each content once",
      tree: {
        "a/O1/m.pyc": pyc("code", 1),
        "a/O2/m.pyc": pyc("code", 2),
        "a/O3/m.pyc": pyc("code", 2),
        "a/O0/m.pyc": pyc("code", 3),
      },
      pairs: ["a/O1/m.pyc = a/O0/m.pyc", "a/O2/m.pyc = a/O0/m.pyc"],
    },
    {
      it: "with the variant that they equal",
      tree: {
        "a/O1/m.pyc": pyc("one", 1),
        "a/O2/m.pyc": pyc("two", 2),
        "a/O3/m.pyc": pyc("two", 3),
      },
      pairs: ["a/O3/m.pyc = a/O2/m.pyc"],
    },
    {
      it: "but not in other units",
      tree: { "a/O2/m.pyc": pyc("code", 1), "a/O3/n.pyc": pyc("code", 2) },
      pairs: [],
    },
    {
      it: "by a pattern",
      tree: { "fast/m.pyc": pyc("code", 1), "slow/m.pyc": pyc("code", 2) },
      options: { variantPatterns: ["{variant}/**"] },
      pairs: ["slow/m.pyc = fast/m.pyc"],
    },
    {
      it: "of a kind",
      tree: {
        "O2/m.pyc": pyc("code", 1),
        "O3/m.pyc": pyc("code", 2),
        "O2/x.o": "\0a",
        "O3/x.o": "\0b",
      },
      options: { kinds: ["object"] },
      pairs: [],
    },
  ])("$it", async ({ tree, options, pairs }) => {
    const report = await near(tree, options);
    expect(pairsOf(report)).toEqual(pairs);
    expect(report.totals.near).toBe(pairs.length);
    expect(report.problems).toEqual([]);
  });

  test("with what makes them equal, and the bytes to gain", async () => {
    const spec: Spec = { "O2/m.pyc": pyc("code", 1), "O3/m.pyc": pyc("code", 2) };
    const { groups, totals } = await near(spec);
    expect(groups).toMatchObject([{ kind: "python-bytecode", format: "pyc", bytes: 21 }]);
    expect(groups[0].remedy).toContain("unchecked-hash");
    expect(totals).toMatchObject({ units: 1, near: 1, nearBytes: 21 });
  });

  test("in the same order with any number of threads", async () => {
    const spec: Record<string, Buffer> = {};
    for (let i = 0; i < 400; i += 1)
      for (const [time, level] of ["O2", "O3"].entries())
        spec[`${i % 9}/${level}/${i}.pyc`] = pyc(`code ${i}`, i % 3 === 0 ? 7 : time);
    const root = makeTree(spec);
    const [one, eight] = await Promise.all(
      [1, 8].map(async (jobs) => {
        const { totals, ...report } = await diffNear({ paths: [root], jobs });
        return { ...report, totals: { ...totals, seconds: 0 } };
      }),
    );
    expect(one.totals.near).toBe(266);
    expect(eight).toEqual(one);
  });

  test("and a file that cannot be read is reported once", async () => {
    const { open } = { open: disk.openForReading };
    vi.spyOn(disk, "openForReading").mockImplementation((path) => {
      if (!path.endsWith("O2/m.pyc")) return open(path);
      throw Object.assign(new Error("EIO"), { code: "EIO", errno: -5, syscall: "open" });
    });
    const report = await near({
      "O1/m.pyc": pyc("code", 1),
      "O2/m.pyc": pyc("code", 1),
      "O3/m.pyc": pyc("code", 2),
    });
    vi.restoreAllMocks();
    expect(report.problems).toMatchObject([{ path: "O2/m.pyc", code: "EIO" }]);
    expect(pairsOf(report)).toEqual(["O3/m.pyc = O1/m.pyc"]);
  });

  test("up to a number of contents, whose time is bounded", async () => {
    const spec: Record<string, Buffer> = {};
    for (let i = 0; i < 40; i += 1)
      spec[`v${String(i).padStart(2, "0")}/m.txt.gz`] = gzipSync(`text ${i}`);
    const report = await near(spec, { variantPatterns: ["{variant}/**"], all: true });
    expect(report.totals).toMatchObject({ units: 1, near: 0 });
  });
});
