import { describe, expect, test } from "vitest";
import type { MtimeBound } from "../../src/core/model.ts";
import { LinkTimes } from "../../src/plan/link-times.ts";
import { type Stages, nameIn, rowOf, runStages } from "../support/stages.ts";
import { type Spec, at, file, makeTree } from "../support/tree.ts";

const UNBOUND: MtimeBound = {
  after: undefined,
  newest: "",
  until: undefined,
  inputs: [],
  complete: true,
  stale: false,
};

/** A bound as a test writes it: times in seconds, inputs by name. */
interface Bound {
  readonly after?: number;
  readonly until?: number;
  readonly inputs?: readonly string[];
  readonly complete?: boolean;
  readonly stale?: boolean;
}

interface Scene extends Stages {
  readonly root: string;
  readonly times: LinkTimes;
  readonly row: (name: string) => number;
  /** Splits files, given by name in the order of preference, into groups of names. */
  readonly split: (...names: string[]) => string[][];
}

async function scene(
  spec: Spec,
  bounds: Record<string, Bound>,
  { newestTime = false, hasBuildFiles = true } = {},
): Promise<Scene> {
  const root = makeTree(spec);
  const stages = await runStages(root);
  const { files } = stages.tree;
  const row = (name: string): number => rowOf(root, files, name);
  const known = Object.entries(bounds).map(([name, bound]): [number, MtimeBound] => [
    row(name),
    {
      ...UNBOUND,
      ...bound,
      after: bound.after === undefined ? undefined : at(bound.after),
      until: bound.until === undefined ? undefined : at(bound.until),
      inputs: bound.inputs?.map(row) ?? [],
    },
  ]);
  const knowledge = { bounds: new Map(known), hasBuildFiles };
  const times = new LinkTimes(files, stages.classification, knowledge, newestTime);
  const split = (...names: string[]): string[][] =>
    times
      .split(names.map((name) => ({ inode: row(name), names: [row(name)] })))
      .map((group) => group.map(({ inode }) => nameIn(root, files, inode)));
  return { ...stages, root, times, row, split };
}

/** One file per second, the oldest first. */
function dated(...names: string[]): Spec {
  return Object.fromEntries(names.map((name, i) => [name, file("x", { mtime: at(i) })]));
}

describe("files that can share a time", () => {
  test.each<[string, Record<string, Bound>, object, string[][]]>([
    ["no bounds", {}, {}, [["a.o", "b.o", "c.o"]]],
    [
      "a prerequisite that is newer than the keeper",
      { "b.o": { after: 1 } },
      {},
      [["a.o", "c.o"], ["b.o"]],
    ],
    ["a prerequisite as old as the keeper", { "b.o": { after: 0 } }, {}, [["a.o", "b.o", "c.o"]]],
    [
      "no build files, so that no build depends on times",
      { "b.o": { after: 1 } },
      { hasBuildFiles: false },
      [["a.o", "b.o", "c.o"]],
    ],
    [
      "an upper limit, which does not matter for the oldest time",
      { "b.o": { until: 1 } },
      {},
      [["a.o", "b.o", "c.o"]],
    ],
  ])("with %s", async (_, bounds, options, expected) => {
    const { split } = await scene(dated("a.o", "b.o", "c.o"), bounds, options);
    expect(split("a.o", "b.o", "c.o")).toEqual(expected);
  });

  test("with the newest time, the upper limits count", async () => {
    const bounds = { "a.o": { until: 1 }, "b.o": { after: 1 } };
    const { split } = await scene(dated("a.o", "b.o", "c.o"), bounds, { newestTime: true });
    expect(split("c.o", "b.o", "a.o")).toEqual([["c.o", "b.o"], ["a.o"]]);
  });

  test("if all are of one time, bounds do not matter", async () => {
    const { split } = await scene({ "a.o": "x", "b.o": "x" }, { "b.o": { after: 5 } });
    expect(split("a.o", "b.o")).toEqual([["a.o", "b.o"]]);
  });

  test("all links of an inode count", async () => {
    const { times, row } = await scene(dated("a.o", "b1.o", "b2.o"), { "b2.o": { after: 1 } });
    const names = [row("b1.o"), row("b2.o")];
    const groups = times.split([
      { inode: row("a.o"), names: [row("a.o")] },
      { inode: row("b1.o"), names },
    ]);
    expect(groups).toHaveLength(2);
  });
});

describe("a prerequisite that is linked itself", () => {
  const spec: Spec = {
    ...dated("1/x.o", "2/x.o", "3/x.o"),
    "1/prog": file("p", { mtime: at(10) }),
    "2/prog": file("p", { mtime: at(11) }),
  };
  const bounds = { "2/prog": { inputs: ["3/x.o"], complete: true } };

  test("counts with its present time", async () => {
    const { split } = await scene({ ...spec, "3/x.o": file("x", { mtime: at(12) }) }, bounds);
    expect(split("1/prog", "2/prog")).toEqual([["1/prog"], ["2/prog"]]);
  });

  test("counts with the time that it will have", async () => {
    const late = { ...spec, "3/x.o": file("x", { mtime: at(12) }) };
    const { split, times, row } = await scene(late, bounds);
    times.share(row("3/x.o"), row("1/x.o"));
    expect(split("1/prog", "2/prog")).toEqual([["1/prog", "2/prog"]]);
  });

  test("is named in the bound", async () => {
    const { split, times, row, root } = await scene(
      { ...spec, "3/x.o": file("x", { mtime: at(12) }) },
      bounds,
    );
    split("1/prog", "2/prog");
    expect(times.bounds.get(row("2/prog"))).toMatchObject({
      after: at(12),
      newest: `${root}/3/x.o`,
    });
  });
});

describe("a library without a complete rule", () => {
  const spec: Spec = {
    "1/x.o": file("x", { mtime: at(0) }),
    "1/lib.so": file("l", { mtime: at(1) }),
    "2/x.o": file("y", { mtime: at(5) }),
    "2/lib.so": file("l", { mtime: at(6) }),
  };

  test("may be linked from the objects beside it", async () => {
    const { split } = await scene(spec, {});
    expect(split("1/lib.so", "2/lib.so")).toEqual([["1/lib.so"], ["2/lib.so"]]);
  });

  test("is linked from nothing else if the rule is complete", async () => {
    const { split } = await scene(spec, { "2/lib.so": { complete: true } });
    expect(split("1/lib.so", "2/lib.so")).toEqual([["1/lib.so", "2/lib.so"]]);
  });

  test("is not linked from objects that are newer than itself", async () => {
    const newer = { ...spec, "2/x.o": file("y", { mtime: at(7) }) };
    const { split } = await scene(newer, {});
    expect(split("1/lib.so", "2/lib.so")).toEqual([["1/lib.so", "2/lib.so"]]);
  });
});

test("a path is stale if its build rebuilds it anyway", async () => {
  const { times, row } = await scene(dated("a.o", "b.o"), { "b.o": { stale: true } });
  expect([["a.o"], ["b.o"], ["a.o", "b.o"]].map((names) => times.isStale(names.map(row)))).toEqual([
    false,
    true,
    true,
  ]);
});

test.each<[string, Record<string, Bound>, boolean, boolean]>([
  ["nothing is known", {}, false, true],
  ["there are build files", {}, true, false],
  ["there are bounds", { "a.o": { after: 0 } }, false, false],
])("whether builds depend on the times, if %s", async (_, bounds, hasBuildFiles, expected) => {
  const { times } = await scene(dated("a.o"), bounds, { hasBuildFiles });
  expect(times.unconstrained).toBe(expected);
});
