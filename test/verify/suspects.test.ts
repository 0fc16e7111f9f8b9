import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { type Suspect, listSuspects, rankSuspects } from "../../src/verify/suspects.ts";
import { runStages } from "../support/stages.ts";
import { at, file, link, makeTree } from "../support/tree.ts";

test("suspects are the former files whose time a link has changed, with all of their links", async () => {
  const root = makeTree({
    "a.o": file("x", { mtime: at(0) }),
    "b.o": file("x", { mtime: at(0) }),
    "c.o": file("x", { mtime: at(2) }),
    "d.o": link("c.o"),
    "e.o": file("x", { mtime: at(5) }),
    "f.o": file("alone", { mtime: at(9) }),
  });
  const { tree, plan, pool } = await runStages(root, { action: "hardlink" });
  const outcomes = await apply(tree.files, plan, pool);
  const suspects = listSuspects(tree.files, plan, outcomes);
  expect(
    suspects.map(({ paths, difference }) => [
      paths.map((path) => path.slice(root.length + 1)),
      difference,
    ]),
  ).toEqual([
    [["c.o", "d.o"], at(2) - at(0)],
    [["e.o"], at(5) - at(0)],
  ]);
});

describe("the order of suspects", () => {
  const suspect = (row: number, difference: number, ...paths: string[]): Suspect => ({
    rows: [row],
    difference: BigInt(difference),
    paths,
  });

  test.each<[string, Suspect[], string, string[], number]>([
    [
      "the largest difference in time first",
      [suspect(0, 1, "a.o"), suspect(1, 9, "b.o"), suspect(2, 5, "c.o")],
      "",
      ["b.o", "c.o", "a.o"],
      0,
    ],
    [
      "those that the output names before others",
      [suspect(0, 1, "/x/a.o"), suspect(1, 9, "/x/b.o")],
      "gcc -o a.o -c a.c",
      ["/x/a.o", "/x/b.o"],
      1,
    ],
    [
      "the longer match first",
      [suspect(0, 9, "/x/1/a.o"), suspect(1, 1, "/x/2/a.o")],
      "making 'x/2/a.o'",
      ["/x/2/a.o", "/x/1/a.o"],
      1,
    ],
    [
      "names in quotes, lists and assignments",
      [suspect(0, 9, "/x/z.o"), suspect(1, 1, "/x/b.o"), suspect(2, 2, "/x/c.o")],
      "OBJECTS=./b.o,c.o; [x]",
      ["/x/c.o", "/x/b.o", "/x/z.o"],
      2,
    ],
    [
      "any link of a file",
      [suspect(0, 9, "/x/z.o"), suspect(1, 1, "/x/b.o", "/y/q.o")],
      "cc q.o",
      ["/x/b.o", "/x/z.o"],
      1,
    ],
    [
      "not a part of a name",
      [suspect(0, 1, "/x/ab.o"), suspect(1, 9, "/x/c.o")],
      "cc b.o",
      ["/x/c.o", "/x/ab.o"],
      0,
    ],
    [
      "the order of the plan, if all else agrees",
      [suspect(3, 1, "b.o"), suspect(2, 1, "a.o")],
      "",
      ["a.o", "b.o"],
      0,
    ],
  ])("%s", (_, suspects, output, paths, named) => {
    expect(rankSuspects(suspects, output)).toBe(named);
    expect(suspects.map((each) => each.paths[0])).toEqual(paths);
  });
});
