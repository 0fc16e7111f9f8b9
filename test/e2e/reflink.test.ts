import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { describeWhere, mountImage } from "../native/helpers.ts";
import { hasAttributes, setAttribute } from "../support/attributes.ts";
import { commonBlocksOf, usedBytesOn } from "../support/blocks.ts";
import { noise } from "../support/contents.ts";
import { type Run, runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { contents, everything, snapshot } from "../support/snapshot.ts";
import {
  type Spec,
  addToTree,
  at,
  emptyDir,
  file,
  isRoot,
  link,
  makeTree,
} from "../support/tree.ts";

const MIB = 1024 * 1024;
const BIG = noise(3 * MIB + 1);
const PLAIN = { env: { DEDUPE_NO_NATIVE: "1" } };

/** Identical files that --hardlink would not link: different modes, owners and times; kinds written in place. */
const DIFFERENT: Spec = {
  "O2/x.o": file(BIG, { mtime: at(1) }),
  "O3/x.o": file(BIG, { mtime: at(2) + 123_456_789n, mode: 0o600 }),
  "O3/y.o": file(BIG, { mtime: at(3) + 1n, owner: 1234, mode: 0o755 }),
  "O3/z.o": link("O3/y.o"),
  "lib/x.a": file(BIG, { mtime: at(4) }),
  "other.o": noise(MIB, 7),
};

describe.each(["btrfs", "xfs"] as const)("--reflink on %s", (type) => {
  const { dir, why } = mountImage(type);
  let round = 0;
  const tree = (spec: Spec): string => {
    const root = `${dir}/tree-${(round += 1)}`;
    fs.mkdirSync(root);
    addToTree(root, spec);
    return root;
  };

  describeWhere("shares blocks", why, () => {
    test("of identical files; modes, owners, times, inodes and paths stay, and a second run does nothing", () => {
      const root = tree(DIFFERENT);
      if (hasAttributes) setAttribute(`${root}/O3/x.o`, "user.of", "x");
      const before = everything(root);
      const usedBefore = usedBytesOn(dir);
      const first = runJson(["--reflink", root]);
      expect(everything(root)).toEqual(before);
      expect(first).toMatchObject({
        action: "reflink",
        totals: { replaced: 4, cloned: 4, failed: 0, skipped: 0 },
        methods: { dedupeRange: 3, clone: 0, exchange: 0, rename: 0 },
      });
      expect(first.sets[0].replaced.map(({ outcome }) => outcome)).toEqual([
        "cloned",
        "cloned",
        "cloned",
        "cloned",
      ]);
      for (const name of ["O3/x.o", "O3/y.o", "lib/x.a"]) {
        expect(commonBlocksOf(`${root}/O2/x.o`, `${root}/${name}`)).toBe("same");
      }
      const freed = usedBefore - usedBytesOn(dir);
      expect(first.totals["savedBytes"]).toBeGreaterThanOrEqual(9 * MIB);
      expect(Math.abs(freed - first.totals["savedBytes"])).toBeLessThan(MIB / 2);
      const second = runJson(["--reflink", root]);
      expect(second.totals).toMatchObject({
        replaceable: 0,
        replaced: 0,
        cloned: 0,
        savedBytes: 0,
      });
      expect(second["methods"]).toEqual({ dedupeRange: 0, clone: 0, exchange: 0, rename: 0 });
      expect(everything(root)).toEqual(before);
    });

    test("and writing to one file does not change the others", () => {
      const root = tree({ "a.o": BIG, "b.o": BIG, "c.o": BIG });
      runJson(["--reflink", root]);
      const fd = fs.openSync(`${root}/b.o`, "r+");
      fs.writeSync(fd, "changed", 5);
      fs.closeSync(fd);
      expect(fs.readFileSync(`${root}/a.o`).equals(BIG)).toBe(true);
      expect(fs.readFileSync(`${root}/c.o`).equals(BIG)).toBe(true);
      expect(commonBlocksOf(`${root}/a.o`, `${root}/c.o`)).toBe("same");
      expect(commonBlocksOf(`${root}/a.o`, `${root}/b.o`)).toBe("apart");
    });

    test("a dry run reports the same and changes nothing", () => {
      const root = tree(DIFFERENT);
      const before = everything(root);
      const { dryRun, methods, totals, ...foreseen } = runJson(["--reflink", "-n", root]);
      expect(everything(root)).toEqual(before);
      expect(commonBlocksOf(`${root}/O2/x.o`, `${root}/lib/x.a`)).toBe("apart");
      const { dryRun: real, methods: used, totals: came, ...done } = runJson(["--reflink", root]);
      expect([dryRun, real]).toEqual([true, false]);
      expect([methods, used]).toMatchObject([{ dedupeRange: 0 }, { dedupeRange: 3 }]);
      expect({ ...totals, seconds: 0 }).toEqual({ ...came, seconds: 0 });
      expect(foreseen).toEqual(done);
    });

    test("a new copy shares the blocks of the others", () => {
      const root = tree({ "b.o": BIG, "c.o": BIG });
      runJson(["--reflink", root]);
      addToTree(root, { "a.o": file(BIG, { mtime: at(-1) }) });
      const report = runJson(["--reflink", root]);
      expect(report["methods"]).toMatchObject({ dedupeRange: 1 });
      expect(report.sets[0].kept).toBe(`${root}/b.o`);
      expect(commonBlocksOf(`${root}/a.o`, `${root}/c.o`)).toBe("same");
    });

    test.each([
      {
        args: ["--respect-time"],
        tree: { "a.o": file(BIG, { mtime: at(1) }), "b.o": file(BIG, { mtime: at(2) }) },
        reason: "time",
      },
      { args: ["--respect-name"], tree: { "a.o": BIG, "b.o": BIG }, reason: "name" },
      { args: ["--scope", "directory"], tree: { "a/x.o": BIG, "b/x.o": BIG }, reason: "scope" },
    ])("$args keeps them apart", ({ args, tree: spec, reason }) => {
      const root = tree(spec);
      const report = runJson(["--reflink", ...args, root]);
      expect(report.totals["cloned"]).toBe(0);
      expect(report.skipped.map((one) => one.reason)).toEqual([reason]);
    });

    test("--hardlink --reflink clones, as reported", () => {
      const root = tree(DIFFERENT);
      const before = everything(root);
      const report = runJson(["--hardlink", "--reflink", root]);
      expect(report).toMatchObject({ action: "reflink", totals: { replaced: 4, cloned: 4 } });
      expect(everything(root)).toEqual(before);
    });

    test("contents stored inside the metadata are skipped", () => {
      const root = tree({ "a.o": "tiny", "b.o": "tiny" });
      const report = runJson(["--reflink", root]);
      if (type === "btrfs") expect(report.skipped.map(({ reason }) => reason)).toEqual(["no-gain"]);
      else expect(report.totals["cloned"]).toBe(1);
    });

    test("on several worker threads", () => {
      const spec: Spec = Object.fromEntries(
        Array.from({ length: 1500 }, (_, i) => [`${i % 7}/${i}.o`, noise(5000 + (i % 5), i % 5)]),
      );
      const root = tree(spec);
      const before = everything(root);
      const report = runJson(["--reflink", "-j", "3", root]);
      expect(report.totals).toMatchObject({ cloned: 1495, failed: 0 });
      expect(everything(root)).toEqual(before);
      expect(runJson(["--reflink", root]).totals["cloned"]).toBe(0);
    });
  });

  describeWhere("without native calls, replaces files by clones", why, () => {
    test("modes, owners, times and existing links stay", () => {
      const root = tree(DIFFERENT);
      const before = snapshot(root);
      const times = new Map(
        ["", "O2", "O3"].map((name) => [name, fs.statSync(`${root}/${name}`).mtimeMs]),
      );
      const usedBefore = usedBytesOn(dir);
      const report = runJson(["--reflink", root], PLAIN);
      expect(report).toMatchObject({
        totals: { cloned: 4, failed: 0 },
        methods: { clone: 3, dedupeRange: 0 },
      });
      expect(usedBefore - usedBytesOn(dir)).toBeGreaterThan(8 * MIB);
      const after = snapshot(root);
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [name, seen] of after) {
        const old = before.get(name) as typeof seen;
        const { hash, mode, uid, links } = old;
        expect(seen, name).toMatchObject({ hash, mode, uid, links });
        // Node sets times with a resolution of microseconds, rounded down.
        expect(old.mtime - seen.mtime).toBeGreaterThanOrEqual(0n);
        expect(old.mtime - seen.mtime).toBeLessThan(2001n);
      }
      expect(after.get("O3/y.o")?.inode).toBe(after.get("O3/z.o")?.inode);
      for (const [name, time] of times)
        expect(Math.abs(fs.statSync(`${root}/${name}`).mtimeMs - time)).toBeLessThan(0.01);
    });

    test("a file with a link outside the tree is skipped", () => {
      const root = tree({ "t/a.o": BIG, "t/b.o": BIG, "outside.o": link("t/b.o") });
      const before = contents(root);
      const report = runJson(["--reflink", `${root}/t`], PLAIN);
      expect(report.skipped).toMatchObject([{ path: `${root}/t/b.o`, reason: "no-gain" }]);
      expect(contents(root)).toEqual(before);
    });
  });
});

describe("--reflink on a file system without clones", () => {
  const refuses = (done: Run): void => {
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(
      /^dedupe: [^\n]*: its file system[^\n]* makes no copy-on-write clones: nothing was changed[^\n]*\n$/,
    );
  };
  const clones = canClone();

  test.skipIf(clones).each([{ args: [] }, { args: ["-n"] }, { args: ["-q"] }])(
    "fails and changes nothing: $args",
    ({ args }) => {
      const root = makeTree(DIFFERENT_BUT_OWNERS);
      const before = everything(root);
      refuses(run(["--reflink", ...args, root]));
      refuses(run(["--reflink", ...args, root], PLAIN));
      expect(everything(root)).toEqual(before);
    },
  );

  test.skipIf(clones)("succeeds if there is nothing to clone", () => {
    expect(run(["--reflink", makeTree({ "a.o": "one", "b.o": "two" })])).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test.skipIf(clones)(
    "--hardlink --reflink links, with the rules of --hardlink, as reported",
    () => {
      const root = makeTree({ "a.o": "same", "b.o": "same", "c.o": file("same", { mode: 0o600 }) });
      const report = runJson(["--hardlink", "--reflink", root]);
      expect(report).toMatchObject({
        action: "reflink",
        totals: { replaced: 1, cloned: 0 },
        methods: { clone: 0, dedupeRange: 0 },
      });
      expect(report.sets[0].replaced.map(({ outcome }) => outcome)).toEqual(["replaced", "mode"]);
    },
  );
});

describe("two file systems in one run", () => {
  const { dir, why } = mountImage("btrfs");
  describeWhere(
    "btrfs and another",
    why ?? (canClone() ? "this one clones too" : undefined),
    () => {
      const scene = (): [string, string] => {
        const on = `${dir}/${fs.readdirSync(dir).length}`;
        fs.mkdirSync(on);
        addToTree(on, { "a.o": BIG, "b.o": BIG });
        return [on, makeTree({ "a.o": BIG, "b.o": BIG })];
      };

      test("--reflink fails and changes nothing", () => {
        const roots = scene();
        const before = roots.map(everything);
        expect(run(["--reflink", ...roots]).code).toBe(3);
        expect(roots.map(everything)).toEqual(before);
        expect(commonBlocksOf(`${roots[0]}/a.o`, `${roots[0]}/b.o`)).toBe("apart");
      });

      test("--hardlink --reflink clones on one and links on the other", () => {
        const [on, off] = scene();
        const report = runJson(["--hardlink", "--reflink", on, off]);
        expect(report).toMatchObject({
          totals: { replaced: 2, cloned: 1 },
          methods: { dedupeRange: 1 },
        });
        expect(commonBlocksOf(`${on}/a.o`, `${on}/b.o`)).toBe("same");
        expect(fs.statSync(`${on}/a.o`).nlink).toBe(1);
        expect(fs.statSync(`${off}/a.o`).nlink).toBe(2);
      });
    },
  );
});

describe("invalid combinations of options", () => {
  test.each([
    { args: ["--reflink", "--check"], words: "--check cannot be used with --reflink" },
    { args: ["--protect"], words: "--protect needs --hardlink" },
    { args: ["--reflink", "--protect"], words: "--protect needs --hardlink" },
  ])("$args", ({ args, words }) => {
    const done = run([...args, makeTree({})]);
    expect(done).toMatchObject({ code: 2, stdout: "" });
    expect(done.stderr).toContain(words);
  });
});

const DIFFERENT_BUT_OWNERS: Spec = isRoot
  ? DIFFERENT
  : { "a.o": "same", "b.o": file("same", { mode: 0o600 }) };

/** Whether the temporary directory is on a file system with clones. */
function canClone(): boolean {
  const root = emptyDir();
  fs.writeFileSync(`${root}/a`, "x");
  try {
    fs.copyFileSync(`${root}/a`, `${root}/b`, fs.constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}
