import { describe, expect, test } from "vitest";
import type { Options } from "../../src/commands/options.ts";
import { type Locations, NO_BLOCKS, UNKNOWN_BLOCKS } from "../../src/core/model.ts";
import { planClones } from "../../src/plan/plan-clones.ts";
import { nameIn, runStages, verdictsOf } from "../support/stages.ts";
import { type Spec, at, file, isRoot, link, makeTree } from "../support/tree.ts";

interface Row {
  readonly it: string;
  readonly tree: Spec;
  readonly options?: Partial<Options>;
  /** By file: the number of its place on the disk. Default: a place of its own. */
  readonly places?: Record<string, number>;
  /** The file system can clone; default: yes. */
  readonly canClone?: boolean;
  /** `= keeper` for a clone, `-> keeper` for a link. */
  readonly plan: Record<string, string>;
  /** By file: bytes that become free. Each file has 100 bytes, of which 60 are its own. */
  readonly freed?: Record<string, number>;
  readonly refused?: readonly string[];
  readonly rootOnly?: true;
}

const THREE: Spec = { "a.o": "x", "b.o": "x", "c.o": "x" };

const ROWS: Row[] = [
  {
    it: "clones from the first file",
    tree: THREE,
    plan: { "a.o": "keep", "b.o": "= a.o", "c.o": "= a.o" },
    freed: { "b.o": 60, "c.o": 60 },
  },
  {
    it: "ignores mode, owner, time and kind",
    tree: {
      "a.o": "x",
      "b.o": file("x", { mode: 0o600, mtime: at(-5) }),
      "c.class": file("x", { owner: 7 }),
    },
    plan: { "a.o": "keep", "b.o": "= a.o", "c.class": "= a.o" },
    freed: { "b.o": 60, "c.class": 60 },
    rootOnly: true,
  },
  {
    it: "clones all links of an inode, which frees its blocks once",
    tree: { "a.o": "x", "b.o": "x", "c.o": link("b.o") },
    plan: { "a.o": "keep", "b.o": "= a.o", "c.o": "= a.o" },
    freed: { "b.o": 60 },
  },
  {
    it: "keeps files that share the keeper's blocks already",
    tree: THREE,
    places: { "a.o": 1, "b.o": 1, "c.o": 2 },
    plan: { "a.o": "keep", "b.o": "keep", "c.o": "= a.o" },
    freed: { "c.o": 60 },
  },
  {
    it: "keeps the blocks that most files use",
    tree: THREE,
    places: { "a.o": 1, "b.o": 2, "c.o": 2 },
    plan: { "b.o": "keep", "c.o": "keep", "a.o": "= b.o" },
    freed: { "a.o": 60 },
  },
  {
    it: "frees shared blocks with the last file that uses them",
    tree: { ...THREE, "d.o": "x", "e.o": "x" },
    places: { "a.o": 1, "b.o": 1, "c.o": 1, "d.o": 2, "e.o": 2 },
    plan: { "a.o": "keep", "b.o": "keep", "c.o": "keep", "d.o": "= a.o", "e.o": "= a.o" },
    freed: { "e.o": 100 },
  },
  {
    it: "clones files whose place is unknown",
    tree: { "a.o": "x", "b.o": "x" },
    places: { "a.o": UNKNOWN_BLOCKS, "b.o": UNKNOWN_BLOCKS },
    plan: { "a.o": "keep", "b.o": "= a.o" },
    freed: { "b.o": 60 },
  },
  {
    it: "leaves files without blocks alone",
    tree: { "a.o": "x", "b.o": "x" },
    places: { "a.o": NO_BLOCKS, "b.o": NO_BLOCKS },
    plan: { "a.o": "keep", "b.o": "no-gain" },
  },
  {
    it: "respects times if asked to",
    tree: { "a.o": "x", "b.o": file("x", { mtime: at(1) }), "c.o": file("x", { mtime: at(1) }) },
    options: { respectTime: true },
    plan: { "a.o": "keep", "b.o": "time", "c.o": "= b.o" },
    freed: { "c.o": 60 },
  },
  {
    it: "respects names if asked to",
    tree: { "1/a.o": "x", "1/b.o": "x", "2/b.o": "x" },
    options: { respectName: true },
    plan: { "1/a.o": "keep", "1/b.o": "name", "2/b.o": "= 1/b.o" },
    freed: { "2/b.o": 60 },
  },
  {
    it: "reports the name, not the scope, if only the name differs",
    tree: { "1/a.o": "x", "1/b.o": "x" },
    options: { respectName: true, scope: "directory" },
    plan: { "1/a.o": "keep", "1/b.o": "name" },
  },
  {
    it: "keeps to a directory if asked to",
    tree: { "1/a.o": "x", "2/a.o": "x", "2/b.o": "x" },
    options: { scope: "directory" },
    plan: { "1/a.o": "keep", "2/a.o": "scope", "2/b.o": "= 2/a.o" },
    freed: { "2/b.o": 60 },
  },
  {
    it: "refuses where the file system cannot clone",
    tree: THREE,
    canClone: false,
    plan: { "a.o": "keep", "b.o": "failed", "c.o": "failed" },
    freed: { "b.o": 60, "c.o": 60 },
    refused: ["b.o"],
  },
  {
    it: "links where the file system cannot clone, by the rules of links",
    tree: { ...THREE, "d.o": file("x", { mode: 0o600 }) },
    options: { linkElsewhere: true },
    canClone: false,
    plan: { "a.o": "keep", "b.o": "-> a.o", "c.o": "-> a.o", "d.o": "mode" },
  },
  {
    it: "refuses nothing where nothing is to be cloned",
    tree: { "a.o": "x", "b.o": "y" },
    canClone: false,
    plan: {},
  },
];

describe("planClones", () => {
  test.each(ROWS.filter((row) => isRoot || !row.rootOnly))("$it", async (row) => {
    const root = makeTree(row.tree);
    const { tree, classification, sets, plan, settings } = await runStages(root, {
      action: "reflink",
      ...row.options,
    });
    const { files } = tree;
    const count = sets.members.length;
    const locations: Locations = {
      clones: files.devices.map(() => row.canClone ?? true),
      fileSystems: files.devices.map(() => "testfs"),
      places: Int32Array.from(sets.members, (member, i) =>
        row.places === undefined ? i : row.places[nameIn(root, files, member)],
      ),
      bytes: new Float64Array(count).fill(100),
      ownBytes: new Float64Array(count).fill(60),
    };
    const clones = planClones({ files, classification, sets, locations, links: plan }, settings);
    expect(verdictsOf(root, files, clones, clones)).toEqual(row.plan);
    const freed = Array.from(clones.names, (name, i): [string, number] => [
      nameIn(root, files, name),
      clones.freed?.[i] ?? 0,
    ]);
    expect(Object.fromEntries(freed.filter(([, bytes]) => bytes > 0))).toEqual(row.freed ?? {});
    expect(clones.refused?.map(({ path }) => path.slice(root.length + 1))).toEqual(
      row.refused ?? [],
    );
    for (const problem of clones.refused ?? [])
      expect(problem).toMatchObject({
        code: "ENOTSUP",
        message: expect.stringContaining("its file system (testfs)"),
      });
  });

  test("leaves the plan as it is if nothing is to be cloned", async () => {
    const { tree, classification, sets, plan, settings } = await runStages(makeTree(THREE));
    const input = { files: tree.files, classification, sets, locations: undefined, links: plan };
    expect(planClones(input, settings)).toBe(plan);
  });
});
