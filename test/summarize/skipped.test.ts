import { expect, test } from "vitest";
import { type MtimeBound, initialOutcomes } from "../../src/core/model.ts";
import { plan } from "../../src/plan/plan.ts";
import { summarize } from "../../src/summarize/summarize.ts";
import { rowOf, runStages } from "../support/stages.ts";
import { at, file, makeTree } from "../support/tree.ts";

const STALE: MtimeBound = {
  after: at(9),
  newest: "a.c",
  until: undefined,
  inputs: [],
  complete: true,
  stale: true,
};

test("no file is said to be equal to itself: the kept file is the first row of its set", async () => {
  const root = makeTree({
    "A.class": file("same", { mtime: at(1) }),
    "b.o": file("same", { mtime: at(0) }),
  });
  const { tree, classification, sets, settings } = await runStages(root);
  const { files } = tree;
  const bounds = new Map([[rowOf(root, files, "b.o"), STALE]]);
  const constraints = { bounds, hasBuildFiles: true };
  const apart = new Map([
    [rowOf(root, files, "A.class"), { reason: "in-place-kind" as const, why: "javac" }],
  ]);
  const made = plan({ files, classification, sets, constraints, apart }, settings);
  const report = summarize({
    tree,
    classification,
    isSelected: () => true,
    sets,
    plan: made,
    outcomes: initialOutcomes(made, false),
    protection: { count: 0, warnings: [], problems: [] },
    options: settings,
    warnings: [],
    unmatched: [],
    verification: undefined,
    defects: [],
    seconds: 0,
  });
  expect(report.sets[0].kept).toBe(`${root}/b.o`);
  expect(report.skipped).toEqual([
    {
      path: `${root}/A.class`,
      reason: "in-place-kind",
      detail: `equal to ${root}/b.o, but javac`,
    },
  ]);
});
