import { expect, test } from "vitest";
import { type Classification, initialOutcomes } from "../../src/core/model.ts";
import { plan } from "../../src/plan/plan.ts";
import { summarize } from "../../src/summarize/summarize.ts";
import { runStages } from "../support/stages.ts";
import { at, file, makeTree } from "../support/tree.ts";

/** A classification that cannot be computed. */
const UNREAD: Classification = {
  get variant(): never {
    throw new Error("the variants were computed");
  },
  get unit(): never {
    throw new Error("the units were computed");
  },
  get variants(): never {
    throw new Error("the names were computed");
  },
  unitName() {
    throw new Error("a name was computed");
  },
  compareVariants() {
    throw new Error("two variants were compared");
  },
};

test("totals and plan do not classify files whose times differ", async () => {
  const root = makeTree({
    "O0/x.o": file("same", { mtime: at(1) }),
    "O2/x.o": file("same", { mtime: at(2) }),
    "O3/x.o": file("same", { mtime: at(0) }),
  });
  const { tree, sets, settings } = await runStages(root);
  const made = plan({ files: tree.files, classification: UNREAD, sets }, settings);
  const report = summarize({
    tree,
    classification: UNREAD,
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
  expect(report.totals).toMatchObject({ artifacts: 3, sets: 1, replaceable: 2, skipped: 0 });
  expect(report.kinds).toMatchObject([{ name: "object", artifacts: 3 }]);
  expect(report.skipped).toEqual([]);
  expect(() => report.variants).toThrow("were computed");
});
