import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KINDS } from "../../src/artifacts/kinds.ts";
import { LAYOUTS } from "../../src/artifacts/variants.ts";

const LINKED = { replace: "yes", unknown: "if known", "in-place": "no" };

test("docs/kinds.md has a row for every kind that agrees with the table", () => {
  const rows = read("kinds.md").filter((line) => line.startsWith("| `"));
  const expected = KINDS.map(({ name, endings, writtenBy, writers, assumed }) => {
    const quoted = endings.map((ending) => `\`${ending}\``).join(" ");
    return `| \`${name}\` | ${quoted} | ${writtenBy} | ${writers} | ${LINKED[assumed]} |`;
  });
  expect(rows).toEqual(expected);
});

test("docs/variants.md has a row for every layout", () => {
  const lines = read("variants.md");
  expect(
    LAYOUTS.filter(({ title }) => !lines.some((line) => line.startsWith(`| ${title} |`))),
  ).toEqual([]);
});

function read(file: string): string[] {
  return readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8").split("\n");
}
