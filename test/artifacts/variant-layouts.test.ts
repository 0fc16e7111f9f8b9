import { describe, expect, test } from "vitest";
import { DIR_RULES } from "../../src/artifacts/directory-rules.ts";
import { LAYOUTS } from "../../src/artifacts/variants.ts";
import { classifyPath } from "./classify-path.ts";

describe.each(LAYOUTS)("layout $name", ({ examples, source }) => {
  test.each(examples)("%s", (path, unit, variant) => {
    expect(classifyPath(path)).toEqual({ unit, variant });
  });
  test("has a source", () => expect(source).not.toBe(""));
});

test("every directory rule refers to a layout", () => {
  const names = new Set(LAYOUTS.map((layout) => layout.name));
  expect(DIR_RULES.filter((rule) => !names.has(rule.layout))).toEqual([]);
});
