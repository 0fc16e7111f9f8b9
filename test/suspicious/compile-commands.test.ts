import { describe, expect, test } from "vitest";
import { readCompileCommands } from "../../src/suspicious/compile-commands.ts";
import { findRewritten } from "../../src/suspicious/find-rewritten.ts";

/** Outputs and words of the commands in a log. */
function commandsIn(text: string): string[] {
  return readCompileCommands(text).map(({ output, words }) => `${output}: ${words.join(" ")}`);
}

function rewrittenIn(text: string): string[] {
  return findRewritten(readCompileCommands(text)).map(
    ({ output, commands }) =>
      `${output}: ${commands.map(({ line, words }) => `${line} ${words.join(" ")}`.trim()).join(", ")}`,
  );
}

describe("a build log", () => {
  test.each([
    ["gcc -O2 -c x.c -o out/x.o", ["out/x.o: gcc -O2 -c x.c"]],
    ["gcc -O2 -c x.c -oout/x.o", ["out/x.o: gcc -O2 -c x.c"]],
    ["gcc -c dir/x.c", ["x.o: gcc -c dir/x.c"]],
    ["x86_64-linux-gnu-gcc-12 -c 'a b.c' -o a.o", ["a.o: gcc -c a b.c"]],
    ["ccache clang++ -c x.cc -o x.o", ["x.o: clang++ -c x.cc"]],
    ["[3/20] gcc -MD -MF x.d -Wall -Wa,-x -c ./x.c -I./a -o x.o", ["x.o: gcc -Wa,-x -c x.c -Ia"]],
    ["[ 12%] cc -c x.c -o x.o", ["x.o: cc -c x.c"]],
    ["+ gcc -c x.c -o x.o", ["x.o: gcc -c x.c"]],
    ["libtool: compile:  gcc -c x.c -fPIC -o .libs/x.o", [".libs/x.o: gcc -c x.c -fPIC"]],
    [
      "cd sub && gcc -c x.c -o x.o && cd /tmp; gcc -c y.c",
      ["sub/x.o: gcc -c x.c", "/tmp/y.o: gcc -c y.c"],
    ],
    ["gcc \\\n  -c x.c \\\n  -o x.o", ["x.o: gcc -c x.c"]],
    [
      "make[1]: Entering directory '/s/a'\ngcc -c x.c -o x.o\nmake[1]: Leaving directory '/s/a'\ngcc -c x.c -o x.o",
      ["/s/a/x.o: gcc -c x.c", "x.o: gcc -c x.c"],
    ],
    ["gcc -fprofile-generate -c x.c -o x.o", ["x.o: gcc -c x.c"]],
    // no compilations, or none whose output is known
    ["gcc x.o -o x", []],
    ["gcc -c conftest.c", []],
    ["gcc -c $(SOURCE) -o $@", []],
    ["echo gcc -c x.c", []],
    ["tar -c x.c -o x.o", []],
    ["x.c:3: error: a -c b", []],
    ["", []],
  ])("%s", (line, expected) => expect(commandsIn(line)).toEqual(expected));

  test("objects that different commands write", () => {
    const log = `building 'mod1' extension
gcc -DKIND=1 -c common.c -o build/temp/common.o
gcc -c one.c -o build/temp/one.o
building 'mod2' extension
gcc -DKIND=2 -g -c common.c -o build/temp/common.o
gcc -c one.c -o build/temp/one.o
`;
    expect(rewrittenIn(log)).toEqual(["build/temp/common.o: 2 -DKIND=1, 5 -DKIND=2 -g"]);
  });
});

describe("compile_commands.json", () => {
  const database = (entries: readonly object[]): string => JSON.stringify(entries);

  test.each([
    [
      { directory: "/b", file: "x.c", command: "cc -O2 -c '/s/a b.c' -o x.o" },
      ["/b/x.o: cc -O2 -c /s/a b.c"],
    ],
    [{ directory: "/b", file: "x.c", arguments: ["cc", "-c", "x.c"] }, ["/b/x.o: cc -c x.c"]],
    [
      { directory: "/b", file: "x.c", output: "o/x.o", arguments: ["cc", "-c", "x.c"] },
      ["/b/o/x.o: cc -c x.c"],
    ],
    [{ directory: "/b", file: "x.c" }, []],
  ])("%o", (entry, expected) => expect(commandsIn(database([entry]))).toEqual(expected));

  test("objects that different commands write", () => {
    const entry = (define: string): object => ({
      directory: "/b",
      file: "x.c",
      arguments: ["cc", define, "-c", "x.c"],
    });
    expect(rewrittenIn(database([entry("-DA"), entry("-DB"), entry("-DA")]))).toEqual([
      "/b/x.o: 1 -DA, 2 -DB",
    ]);
  });

  test.each(["[{", '[{"a": 1}, 3]', "[ {} "])("damaged: %s", (text) =>
    expect(() => readCompileCommands(text)).toThrow("--commands: the file is neither"),
  );

  test("an empty one has no commands", () => expect(readCompileCommands("[]")).toEqual([]));
});
