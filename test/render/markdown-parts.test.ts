import fc from "fast-check";
import { expect, test } from "vitest";
import { codeSpan, escapeMarkdown, markdownTable } from "../../src/render/markdown-parts.ts";

test.each([
  ["build/O2", "`build/O2`"],
  ["a`b", "``a`b``"],
  ["`a``", "``` `a`` ```"],
  [" a", "`  a `"],
  ["a\nb|c", "`a\\nb|c`"],
  // U+202E and U+009B, as UTF-8.
  ["a\xe2\x80\xaeb\xc2\x9bc", "`a\\u{202e}b\\x9bc`"],
  ["a\xffb", "`a\\xffb`"],
])("%j as code: %s", (path, code) => {
  expect(codeSpan(path)).toBe(code);
});

test.each([
  ["a|b", "a\\|b"],
  ["[x](y)", "\\[x\\](y)"],
  ["<b>&#8238;", "\\<b\\>\\&#8238;"],
  ["a\nb\u202ec\u009bd", "a b c d"],
])("%j as text: %s", (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

const UNSAFE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;
const bytes = fc
  .uint8Array({ maxLength: 40 })
  .map((array) => Buffer.from(array).toString("latin1"));
const hostile = fc
  .array(fc.oneof(bytes, fc.constantFrom("`", "``", "|", "\n", "\\", "\xe2\x80\xae", "\x1b[31m")))
  .map((parts) => parts.join(""));

test("any path stays one line of code", () => {
  fc.assert(
    fc.property(hostile, (path) => {
      const code = codeSpan(path);
      const [, fence, content] = /^(`+)([^]*?)\1(?!`)/.exec(code) ?? [];
      expect(code).toHaveLength(2 * fence.length + content.length);
      expect(code).not.toMatch(UNSAFE);
      expect(code).not.toContain("\n");
    }),
  );
});

test("any text stays one cell", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const [, , row] = markdownTable([["a"], [text]]).split("\n");
      expect(row).not.toMatch(UNSAFE);
      expect(row.replace(/\\./g, "").split("|")).toHaveLength(3);
    }),
  );
});
