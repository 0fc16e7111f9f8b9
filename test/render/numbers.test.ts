import { expect, test } from "vitest";
import { bytes, count, percent, plural } from "../../src/render/numbers.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1_234_567, "1,234,567"],
])("count %i: %s", (value, shown) => {
  expect(count(value)).toBe(shown);
});

test.each([
  [0, "0 files"],
  [1, "1 file"],
  [2085, "2,085 files"],
])("plural %i: %s", (value, shown) => {
  expect(plural(value, "file")).toBe(shown);
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [4096, "4.0 KiB"],
  [1024 * 1024 - 1, "1.0 MiB"],
  [53_687_091, "51.2 MiB"],
  [2 ** 40, "1.0 TiB"],
  [2 ** 52, "4096.0 TiB"],
])("bytes %i: %s", (value, shown) => {
  expect(bytes(value)).toBe(shown);
});

test.each([
  [1, 4, "25.0 %"],
  [0, 0, "0.0 %"],
  [1, 3, "33.3 %"],
])("percent %i of %i: %s", (part, whole, shown) => {
  expect(percent(part, whole)).toBe(shown);
});
