import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { Verdict, skipReasonOf } from "../../src/core/model.ts";
import { everything } from "../support/snapshot.ts";
import { type Stages, nameIn, runStages } from "../support/stages.ts";
import { type Spec, at, emptyDir, file as fileOf, isRoot, makeTree } from "../support/tree.ts";
import { runTrusting as run } from "../support/run.ts";

/**
 * The owner of a tree changes it between the walk and the replacement, while another user, such as root, runs
 * dedupe on it: nothing outside the tree is ever changed, and the run does not block.
 */
const SAME = "the same bytes";
const TREE: Spec = {
  "keep/a.o": fileOf(SAME, { mtime: at(-10) }),
  "in/deep/b.o": SAME,
  "in/deep/c.o": SAME,
  "z/d.o": SAME,
};

interface Row {
  readonly what: string;
  readonly act: (root: string, outside: string) => void;
  /** The outcome of each path. */
  readonly outcomes: Record<string, string>;
}

const ALL_LINKED = { "in/deep/b.o": "replaced", "in/deep/c.o": "replaced", "z/d.o": "replaced" };
const swap = (root: string, dir: string, outside: string): void => {
  fs.renameSync(path.join(root, dir), `${root}-moved`);
  fs.symlinkSync(outside, path.join(root, dir));
};

const ROWS: readonly Row[] = [
  { what: "nothing happens", act: () => undefined, outcomes: ALL_LINKED },
  {
    what: "a directory is swapped for a symbolic link",
    act: (root, outside) => swap(root, "in/deep", path.join(outside, "in/deep")),
    outcomes: { "in/deep/b.o": "changed", "in/deep/c.o": "changed", "z/d.o": "replaced" },
  },
  {
    what: "a parent directory is swapped for a symbolic link",
    act: (root, outside) => swap(root, "in", path.join(outside, "in")),
    outcomes: { "in/deep/b.o": "changed", "in/deep/c.o": "changed", "z/d.o": "replaced" },
  },
  {
    what: "a parent directory is swapped for a symbolic link to its own new location",
    act: (root) => swap(root, "in", `${root}-moved`),
    outcomes: { "in/deep/b.o": "changed", "in/deep/c.o": "changed", "z/d.o": "replaced" },
  },
  {
    what: "the keeper's directory is swapped for a symbolic link",
    act: (root, outside) => swap(root, "keep", path.join(outside, "keep")),
    outcomes: { "keep/a.o": "changed", "in/deep/c.o": "replaced", "z/d.o": "replaced" },
  },
  {
    what: "a directory is moved away",
    act: (root) => fs.renameSync(path.join(root, "in/deep"), `${root}-moved`),
    outcomes: { "in/deep/b.o": "vanished", "in/deep/c.o": "vanished", "z/d.o": "replaced" },
  },
  {
    what: "a directory is swapped for another one",
    act: (root) => {
      fs.renameSync(path.join(root, "in/deep"), `${root}-moved`);
      fs.cpSync(`${root}-moved`, path.join(root, "in/deep"), { recursive: true });
    },
    outcomes: { "in/deep/b.o": "changed", "in/deep/c.o": "changed", "z/d.o": "replaced" },
  },
  {
    what: "a file is swapped for a named pipe",
    act: (root) => {
      fs.rmSync(path.join(root, "in/deep/b.o"));
      execFileSync("mkfifo", [path.join(root, "in/deep/b.o")]);
    },
    outcomes: { "in/deep/b.o": "changed", "in/deep/c.o": "replaced", "z/d.o": "replaced" },
  },
  {
    what: "the keeper is swapped for a named pipe",
    act: (root) => {
      fs.rmSync(path.join(root, "keep/a.o"));
      execFileSync("mkfifo", [path.join(root, "keep/a.o")]);
    },
    outcomes: { "keep/a.o": "changed", "in/deep/c.o": "replaced", "z/d.o": "replaced" },
  },
  {
    what: "the keeper is swapped for a symbolic link to a file outside",
    act: (root, outside) => {
      fs.rmSync(path.join(root, "keep/a.o"));
      fs.symlinkSync(path.join(outside, "keep/a.o"), path.join(root, "keep/a.o"));
    },
    outcomes: { "keep/a.o": "changed", "in/deep/c.o": "replaced", "z/d.o": "replaced" },
  },
  {
    what: "the keeper is swapped for a hard link to a file outside",
    act: (root, outside) => {
      fs.rmSync(path.join(root, "keep/a.o"));
      fs.linkSync(path.join(outside, "keep/other.o"), path.join(root, "keep/a.o"));
    },
    outcomes: { "keep/a.o": "changed", "in/deep/c.o": "replaced", "z/d.o": "replaced" },
  },
];

function outcomesOf(
  root: string,
  { tree, plan }: Stages,
  verdicts: Uint8Array,
): Record<string, string> {
  const outcomes: Record<string, string> = {};
  plan.names.forEach((file, row) => {
    const verdict = verdicts[row];
    const word =
      verdict === Verdict.replaced
        ? "replaced"
        : verdict === Verdict.failed
          ? "failed"
          : skipReasonOf(verdict);
    if (word !== undefined) outcomes[nameIn(root, tree.files, file)] = word;
  });
  return outcomes;
}

describe("between the walk and the replacement", () => {
  test.each(ROWS)("$what", async ({ act, outcomes: expected }) => {
    const root = makeTree(TREE);
    const outside = makeTree({ ...TREE, "keep/other.o": SAME });
    const stages = await runStages(root, { action: "hardlink" });
    act(root, outside);
    const links = (): string[] => Object.keys(everything(outside));
    const before = { ...everything(outside) };
    const outcomes = await apply(stages.tree.files, stages.plan, stages.pool);
    expect(outcomesOf(root, stages, outcomes.verdicts)).toEqual(expected);
    expect(everything(outside)).toEqual(before);
    expect(links().some((name) => name.includes(".dedupe-"))).toBe(false);
    expect(
      fs
        .readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((name) => name.includes(".dedupe-")),
    ).toEqual([]);
    fs.rmSync(`${root}-moved`, { recursive: true, force: true });
  });
});

describe("the walk", () => {
  test("symbolic links to directories are not followed", () => {
    const outside = makeTree(TREE);
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    fs.symlinkSync(outside, path.join(root, "link"));
    const before = everything(outside);
    expect(run(["--hardlink", root])).toMatchObject({ code: 0, stderr: "" });
    expect(everything(outside)).toEqual(before);
  });

  test("directories deeper than PATH_MAX are reported, the rest is linked", () => {
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    const name = "d".repeat(250);
    const dig = `for (let i = 0; i < 20; i += 1) {
      fs.mkdirSync("${name}");
      process.chdir("${name}");
      fs.writeFileSync("x.o", "${SAME}");
    }`;
    execFileSync(process.execPath, ["-e", dig], { cwd: root });
    try {
      const done = run(["--hardlink", root]);
      expect(done.code).toBe(3);
      expect(done.stderr).toMatch(/^dedupe: .*too long for the system \(ENAMETOOLONG\)\n$/);
      expect(fs.statSync(path.join(root, "a.o")).nlink).toBeGreaterThan(10);
    } finally {
      execFileSync("rm", ["-rf", root]);
    }
  });

  test.skipIf(!isRoot)("pipes and devices are ignored", () => {
    const root = makeTree({ "a.o": SAME, "b.o": SAME });
    execFileSync("mkfifo", [path.join(root, "pipe.o")]);
    execFileSync("mknod", [path.join(root, "null.o"), "c", "1", "3"]);
    expect(run(["--hardlink", "--all", root])).toMatchObject({ code: 0, stderr: "" });
  });

  test("an empty tree", () => {
    expect(run(["--hardlink", emptyDir()])).toMatchObject({ code: 0, stderr: "" });
  });
});
