import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/artifacts/kinds.ts";
import { COMPILER_COMMANDS } from "../../src/writers/compiler-commands.ts";
import {
  BYTECODE_COMMANDS,
  CMAKE_COMMANDS,
  FILE_COMMANDS,
} from "../../src/writers/other-commands.ts";
import { ELF_PRODUCERS } from "../../src/writers/producer-table.ts";

/** A line of fixtures/writers.txt: what a tool does to an output that is to change, and to one that is up to date. */
interface Measured {
  readonly changed: string;
  readonly upToDate: string;
  readonly output: string;
  readonly version: string;
}

const MEASURED = new Map<string, Measured[]>();
for (const line of read("writers.txt").split("\n").slice(0, -1)) {
  const [changed, upToDate, output, tool, version] = line.split("\t");
  MEASURED.set(tool, [...(MEASURED.get(tool) ?? []), { changed, upToDate, output, version }]);
}

const BUILDS = new Set(
  read("rewrites.txt")
    .split("\n")
    .filter((line) => line.startsWith("replace"))
    .map((line) => line.split("\t")[1]),
);

function read(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8");
}

/** What was measured of a source, as the effects that it may prove. */
function effectsOf(source: string): string[] {
  const build = /^fixtures\/rewrites\.txt: (.+)$/.exec(source)?.[1];
  if (build !== undefined) return BUILDS.has(build) ? ["replace"] : [];
  return (MEASURED.get(source) ?? []).map(({ changed, upToDate }) => {
    if (changed.startsWith("in-place")) return "in-place";
    return upToDate === "in-place" ? "touch" : "replace";
  });
}

const ROWS = [
  ...[...COMPILER_COMMANDS, ...FILE_COMMANDS, ...BYTECODE_COMMANDS, ...CMAKE_COMMANDS].map(
    ({ commands, effect, source }) => [commands.join(" "), effect, source] as const,
  ),
  ...ELF_PRODUCERS.map(({ command, effect, source }) => [command, effect, source] as const),
].filter(([, effect]) => effect !== "none" && effect !== "unknown");

describe("the tables of commands and producers", () => {
  test.each(ROWS)("%s: %s was measured", (_, effect, source) => {
    expect(source.length).toBeGreaterThan(0);
    for (const each of source) {
      if (each.startsWith("measured by hand: ")) continue;
      expect({ each, effects: effectsOf(each) }).toEqual({
        each,
        effects: expect.arrayContaining([effect]),
      });
    }
  });

  test("every measurement names its version", () => {
    const without = [...MEASURED].filter(([, lines]) => lines.some(({ version }) => !version));
    expect(without.map(([tool]) => tool)).toEqual([]);
  });
});

describe("the table of kinds", () => {
  /** The endings of the outputs that some tool does not replace. */
  const written = Array.from(MEASURED.values())
    .flat()
    .filter(({ changed, upToDate }) => changed.startsWith("in-place") || upToDate === "in-place")
    .map(({ output }) => output);

  test.each(KINDS.filter(({ assumed }) => assumed === "replace").map((kind) => [kind.name, kind]))(
    "%s: all measured writers replace it",
    (_, { endings }) => {
      // Python 2's bytecode is recognized by its magic number.
      const others = written.filter((output) => output !== "x.pyc");
      expect(others.filter((output) => endings.some((each) => output.endsWith(each)))).toEqual([]);
    },
  );
});
