import { expect, test } from "vitest";
import { safeJson } from "../../src/render/json-parts.ts";

test.each([
  { text: "größe 日本 🦊", json: '"größe 日本 🦊"' },
  { text: "a\u0000\u001b\n", json: String.raw`"a\u0000\u001b\n"` },
  { text: "\u007f\u009b\u0085", json: String.raw`"\u007f\u009b\u0085"` },
  { text: "\u202e\u2066\u200b\ufeff\u00ad", json: String.raw`"\u202e\u2066\u200b\ufeff\u00ad"` },
  { text: "\u2028\u2029", json: String.raw`"\u2028\u2029"` },
  { text: "\u{e0001}", json: String.raw`"\udb40\udc01"` },
])("$json", ({ text, json }) => {
  expect(safeJson(text)).toBe(json);
  expect(JSON.parse(safeJson({ [text]: [text] }))).toEqual({ [text]: [text] });
});
