import { expect, test } from "vitest";
import { cutDisplay, displayWidth, padDisplay } from "../../src/render/display-width.ts";

test.each([
  { text: "", width: 0 },
  { text: "O2+pic", width: 6 },
  { text: "größe", width: 5 },
  { text: "gro\u0308ße", width: 5 },
  { text: "日本", width: 4 },
  { text: "ﾆﾎﾝ", width: 3 },
  { text: "Ｏ２", width: 4 },
  { text: "한국", width: 4 },
  { text: "🦊", width: 2 },
  { text: "🇯🇵", width: 2 },
  { text: "a\u200bb", width: 2 },
])("$text: $width", ({ text, width }) => {
  expect(displayWidth(text)).toBe(width);
  expect(displayWidth(padDisplay(text, 8, "end"))).toBe(8);
  expect(padDisplay(text, 8, "start").endsWith(text)).toBe(true);
});

test.each([
  { text: "日本", width: 4, cut: "日本" },
  { text: "日本語", width: 4, cut: "日…" },
  { text: "relwithdebinfo", width: 9, cut: "relwithd…" },
])("$text in $width columns: $cut", ({ text, width, cut }) => {
  expect(cutDisplay(text, width)).toBe(cut);
});
