import { expect, test } from "vitest";
import { compareBytes } from "../../src/core/byte-path.ts";
import { runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

test("rows are compared as the bytes of their paths are, whichever directories are in one another", async () => {
  // A slash is above `-`, `.` and `!`, and below letters and digits.
  const root = makeTree(
    Object.fromEntries(
      ["a", "a-b", "a.d", "a/b", "a/b.c", "ab", "a!", "a/b/c", "b", "a b", "a/é"].flatMap((dir) =>
        ["x.o", "b.o", "!.o", "a-b.o", "z.o"].map((name) => [`d/${dir}/${name}`, name]),
      ),
    ),
  );
  const { tree } = await runStages(root);
  const { files } = tree;
  const rows = Array.from({ length: files.count }, (_, row) => row);
  expect(rows.length).toBe(55);
  for (const a of rows) {
    for (const b of rows) {
      const wanted = compareBytes(files.path(a), files.path(b));
      expect(Math.sign(files.comparePaths(a, b))).toBe(wanted);
    }
  }
});
