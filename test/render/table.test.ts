import { expect, test } from "vitest";
import { alignColumns } from "../../src/render/table.ts";

const ROWS = [
  ["a", "1", "x"],
  ["long", "1,000", "yy"],
];

test.each([
  { left: undefined, lines: ["a         1   x", "long  1,000  yy"] },
  { left: [0, 2], lines: ["a         1  x", "long  1,000  yy"] },
  { left: [1], lines: ["   a  1       x", "long  1,000  yy"] },
])("columns $left are aligned to the left, the others to the right", ({ left, lines }) => {
  expect(alignColumns(ROWS, left)).toEqual(lines);
});

test("wide characters take two columns", () => {
  expect(
    alignColumns([
      ["日本", "1"],
      ["O2", "20"],
    ]),
  ).toEqual(["日本   1", "O2    20"]);
});
