/**
 * Logs that ask for more work than anything can do, and real ones with random damage.
 *
 * @module-tag slow
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DedupeError } from "../../src/core/errors.ts";
import { readCompileCommands } from "../../src/suspicious/compile-commands.ts";
import { findRewritten } from "../../src/suspicious/find-rewritten.ts";
import { edits, mutate } from "../support/mutate.ts";

/** Whether the log can be used; it must end in any case. */
function isReadable(text: string): boolean {
  try {
    findRewritten(readCompileCommands(text));
    return true;
  } catch (error) {
    if (error instanceof DedupeError) return false;
    throw error;
  }
}

const COMMAND = "gcc -c x.c -o x.o";

/** Each of these took minutes or all memory, or ended with a stack trace. */
test.each([
  ["directories that get longer", `${COMMAND}; ${"cd aaaaaaa;".repeat(100_000)}`, false],
  ["commands in such directories", `${COMMAND}; ${`cd a;${COMMAND};`.repeat(50_000)}`, false],
  ["a line that is continued again and again", `${COMMAND} \\\n`.repeat(100_000), true],
  [
    "commands for one object",
    Array.from({ length: 20_000 }, (_, i) => `gcc -c -DA=${i} x.c -o x.o\n`).join(""),
    true,
  ],
  ["arguments that are no strings", '[{"arguments":[{"toString":1},null,[[]]]}]', true],
  ["no objects", "[{},1]", false],
  ["deep brackets", `[{"command":${"[".repeat(200_000)}`, false],
])("%s", (_, text, readable) => expect(isReadable(text)).toBe(readable));

describe("damaged files", () => {
  const log = [
    "make[1]: Entering directory '/src/a'",
    "[3/20] cd sub && ccache gcc -MD -MF x.d -Wall -O2 -c ./x.c -I./a -o 'out/x y.o' \\",
    '  -DA="1 2" $(FLAGS) && touch x',
    "libtool: compile:  g++ -c x.cc -fPIC -o .libs/x.o >/dev/null 2>&1",
    "make[1]: Leaving directory '/src/a'",
  ].join("\n");
  const entries = [
    { directory: "/b", command: "gcc -O2 -c x.c -o x.o", file: "x.c", output: "x.o" },
    { directory: "/b", arguments: ["clang", "-c", "y.c", "-o", "y.o"], file: "y.c" },
  ];
  const tokens =
    "gcc -c |cd ../|;|&&|\\\n|\n|'|\"|`|$(|)|-o|-oa/b|Entering directory '|Leaving directory '|[|{|}|]|,|:|null|1e999|\\u0000|\x1b[1m|env |sh -c |/".split(
      "|",
    );

  test.each([
    ["build log", log],
    ["compile_commands.json", JSON.stringify(entries, undefined, 1)],
  ])("a %s of any bytes is read or refused", (_, sample) => {
    fc.assert(
      fc.property(edits(tokens), (some) => void isReadable(mutate(sample, some))),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => void isReadable(JSON.stringify([{}, value]))),
      { numRuns: 200 },
    );
  });
});
