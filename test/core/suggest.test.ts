import { expect, test } from "vitest";
import { closest, didYouMean, nearest } from "../../src/core/suggest.ts";

const KNOWN = ["hardlink", "reflink", "max-links", "dry-run", "kind", "list-kinds", "json"];

test.each([
  { word: "dry", near: ["dry-run"] },
  { word: "link", near: ["hardlink", "reflink"] },
  { word: "links", near: ["max-links"] },
  { word: "Hardlink", near: ["hardlink"] },
  { word: "hradlink", near: ["hardlink"] },
  { word: "hard-link", near: ["hardlink"] },
  { word: "jsom", near: ["json"] },
  { word: "nonsense", near: [] },
  { word: "k", near: [] },
  { word: "", near: [] },
])("nearest to '$word': $near", ({ word, near }) => {
  expect(nearest(word, KNOWN)).toEqual(near);
});

test.each([
  { word: "hardlin", near: ["hardlink"] },
  { word: "link", near: [] },
  { word: "dry", near: [] },
  { word: "kin", near: ["kind"] },
])("closest to '$word': $near", ({ word, near }) => {
  expect(closest(word, KNOWN)).toEqual(near);
});

test.each([
  { words: [], hint: undefined },
  { words: ["a"], hint: "did you mean a?" },
  { words: ["a", "b", "c"], hint: "did you mean a, b or c?" },
])("$words: $hint", ({ words, hint }) => {
  expect(didYouMean(words)).toBe(hint);
});
