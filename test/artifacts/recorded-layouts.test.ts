import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isStateDir, kindOfName, KINDS, OTHER, STATE } from "../../src/artifacts/kinds.ts";
import { nameOfKind, classifyPath } from "./classify-path.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);

/** The expected classification of every recorded path: project, kind, path; for artifacts also unit and variant. */
const rows = lines(new URL("recorded-layouts.tsv", import.meta.url)).map((line) =>
  line.split("\t"),
);

describe.each([...new Set(rows.map(([project]) => project))])("%s", (project) => {
  test.each(rows.filter((row) => row[0] === project).map((row) => row.slice(1)))(
    "%s %s",
    (kind, path, unit, variant) => {
      expect(nameOfKind(kindOfPath(path))).toBe(kind);
      if (unit !== undefined) expect(classifyPath(path)).toEqual({ unit, variant });
    },
  );
});

describe.each(readdirSync(new URL("layouts/", FIXTURES)))("layouts/%s", (file) => {
  const artifacts = lines(new URL(`layouts/${file}`, FIXTURES)).filter((path) => {
    const kind = kindOfPath(path);
    return kind !== STATE && kind !== OTHER;
  });

  test("no two files of a build have the same unit and variant", () => {
    const classes = artifacts.map((path) => JSON.stringify(classifyPath(path)));
    expect(classes.filter((each, i) => classes.indexOf(each) !== i)).toEqual([]);
  });
});

test("kinds that a build tool writes in place are not assumed to be replaced", () => {
  const written = lines(new URL("rewrites.txt", FIXTURES))
    .map((line) => line.split("\t"))
    .filter(([verdict]) => verdict.startsWith("in-place"))
    .map(([, project, path]) => ({ project, path, kind: kindOfPath(path) }))
    .filter(({ kind }) => kind !== STATE && (KINDS[kind]?.assumed ?? "replace") === "replace");
  // Python 2's bytecode is recognized by its magic number.
  expect(written.map(({ project, path }) => `${project}/${path}`)).toEqual([
    "python/py2/mod.pyc",
    "python/py2/mod.pyo",
  ]);
});

function kindOfPath(path: string): number {
  const parts = path.split("/");
  return parts.some(isStateDir) ? STATE : kindOfName(parts[parts.length - 1]);
}

function lines(file: URL): string[] {
  return readFileSync(file, "latin1").replace(/\n$/, "").split("\n");
}
