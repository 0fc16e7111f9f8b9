import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { LinkReverter } from "../../src/verify/link-reverter.ts";
import { type Suspect, listSuspects } from "../../src/verify/suspects.ts";
import { withFiles } from "../support/outside.ts";
import { contents, filesIn, linked, snapshot } from "../support/snapshot.ts";
import { type Stages, nameIn, rowOf, runStages } from "../support/stages.ts";
import { type Spec, at, dir, file, link, makeTree } from "../support/tree.ts";

const DIR_TIME = at(-1000) + 123_456_000n;
const TREE: Spec = {
  "a.o": file("same", { mtime: at(0) }),
  "d/b.o": file("same", { mtime: at(1) + 456_000n }),
  "d/c1.o": file("same", { mtime: at(2), mode: 0o640 }),
  "e/c2.o": link("d/c1.o"),
  d: dir({ mtime: DIR_TIME }),
  e: dir({ mtime: DIR_TIME }),
};

interface Scene extends Stages {
  readonly root: string;
  readonly links: LinkReverter;
  readonly suspects: Suspect[];
  /** The paths of some plan rows. */
  readonly names: (rows: Iterable<number>) => string[];
}

/** A tree whose duplicates are linked, `d/b.o` and the inode of `c1.o` and `c2.o` to `a.o`. */
async function scene(spec: Spec = TREE): Promise<Scene> {
  const root = makeTree(spec);
  const stages = await runStages(root, { action: "hardlink", ignoreMode: true });
  const { tree, plan, pool } = stages;
  const outcomes = await apply(tree.files, plan, pool);
  return {
    ...stages,
    root,
    links: new LinkReverter(tree.files, plan, outcomes),
    suspects: listSuspects(tree.files, plan, outcomes),
    names: (rows) => Array.from(rows, (row) => nameIn(root, tree.files, plan.names[row])).sort(),
  };
}

function dirTimes(root: string): bigint[] {
  return ["d", "e"].map((name) => fs.statSync(`${root}/${name}`, { bigint: true }).mtimeNs);
}

describe("a link that is reverted", () => {
  test("gives the paths a private file with the content, the mode and the time that they had", async () => {
    const { root, links, suspects, names } = await scene();
    expect(linked(root)).toEqual([["a.o", "d/b.o", "d/c1.o", "e/c2.o"]]);
    links.revert(suspects);
    expect(linked(root)).toEqual([["d/c1.o", "e/c2.o"]]);
    const files = snapshot(root);
    expect(files.get("d/b.o")?.mtime).toBe(at(1) + 456_000n);
    expect(files.get("e/c2.o")).toMatchObject({ mtime: at(2), mode: 0o100640 });
    expect(Object.values(contents(root)).map((each) => each.split(" ")[0])).toEqual(
      Array.from({ length: 4 }, () => files.get("a.o")?.hash),
    );
    expect(names(links.reverted)).toEqual(["d/b.o", "d/c1.o", "e/c2.o"]);
    expect([links.rebuilt.size, links.problems]).toEqual([0, []]);
  });

  test("leaves the directories' times as they are", async () => {
    const { root, links, suspects } = await scene();
    links.revert(suspects);
    expect(dirTimes(root)).toEqual([DIR_TIME, DIR_TIME]);
    links.relink(suspects);
    expect(dirTimes(root)).toEqual([DIR_TIME, DIR_TIME]);
    expect(filesIn(root)).toEqual(["a.o", "d/b.o", "d/c1.o", "e/c2.o"]);
  });

  test("can be linked again, one file at a time", async () => {
    const { root, links, suspects, names } = await scene();
    links.revert(suspects);
    links.relink(suspects.slice(1));
    expect(linked(root)).toEqual([["a.o", "d/c1.o", "e/c2.o"]]);
    expect(names(links.reverted)).toEqual(["d/b.o"]);
    links.relink(suspects);
    expect(linked(root)).toEqual([["a.o", "d/b.o", "d/c1.o", "e/c2.o"]]);
    expect(links.reverted.size).toBe(0);
  });
});

describe("a path that a build has replaced", () => {
  const rebuild = (root: string): void => {
    fs.writeFileSync(`${root}/new`, "rebuilt");
    fs.renameSync(`${root}/new`, `${root}/d/b.o`);
  };

  test("is found", async () => {
    const { root, links, suspects, names } = await scene();
    links.findRebuilt(suspects);
    expect(links.rebuilt.size).toBe(0);
    rebuild(root);
    fs.unlinkSync(`${root}/e/c2.o`);
    links.findRebuilt(suspects);
    expect(names(links.rebuilt)).toEqual(["d/b.o", "e/c2.o"]);
  });

  test("keeps its new file when links are reverted", async () => {
    const { root, links, suspects, names } = await scene();
    rebuild(root);
    links.revert(suspects);
    expect(fs.readFileSync(`${root}/d/b.o`, "utf8")).toBe("rebuilt");
    expect(names(links.rebuilt)).toEqual(["d/b.o"]);
    expect(names(links.reverted)).toEqual(["d/c1.o", "e/c2.o"]);
  });

  test("keeps its new file when links are made again", async () => {
    const { root, links, suspects } = await scene();
    links.revert(suspects);
    rebuild(root);
    links.relink(suspects);
    expect(fs.readFileSync(`${root}/d/b.o`, "utf8")).toBe("rebuilt");
    expect(linked(root)).toEqual([["a.o", "d/c1.o", "e/c2.o"]]);
  });

  test("stays as it is if its directory was replaced", async () => {
    const { root, links, suspects, names } = await scene();
    fs.renameSync(`${root}/d`, `${root}/moved`);
    fs.cpSync(`${root}/moved`, `${root}/d`, { recursive: true });
    links.revert(suspects);
    expect(names(links.rebuilt)).toEqual(["d/b.o", "d/c1.o"]);
    expect(names(links.reverted)).toEqual(["e/c2.o"]);
    expect(fs.statSync(`${root}/moved/b.o`).ino).toBe(fs.statSync(`${root}/a.o`).ino);
  });
});

test("a link whose keeper changed since is not made again", async () => {
  const { root, links, suspects } = await scene();
  links.revert(suspects);
  fs.appendFileSync(`${root}/a.o`, "!");
  links.relink(suspects);
  expect(linked(root)).toEqual([["d/c1.o", "e/c2.o"]]);
  expect(fs.readFileSync(`${root}/d/b.o`, "utf8")).toBe("same");
});

test("a link to a file that is not in the tree is reverted, too", async () => {
  const root = makeTree({ "a.o": file("same", { mtime: at(3) }), "b.o": "same" });
  const store = makeTree({ entry: file("same", { mtime: at(-5) }) });
  const { tree, plan: treePlan, pool } = await runStages(root, { action: "hardlink" });
  const files = withFiles(tree.files, [`${store}/entry`]);
  const plan = { ...treePlan, keepers: treePlan.keepers.map(() => tree.files.count) };
  const outcomes = await apply(files, plan, pool);
  const links = new LinkReverter(files, plan, outcomes);
  expect(fs.statSync(`${store}/entry`).nlink).toBe(2);
  links.revert(listSuspects(files, plan, outcomes));
  expect(fs.statSync(`${store}/entry`).nlink).toBe(1);
  const row = rowOf(root, tree.files, "a.o");
  expect(fs.statSync(`${root}/a.o`, { bigint: true }).mtimeNs).toBe(files.columns.mtime[row]);
});
