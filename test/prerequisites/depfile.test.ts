import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDepfile } from "../../src/prerequisites/depfile.ts";
import { installed } from "../support/installed.ts";
import { emptyDir } from "../support/tree.ts";

/** A dependency file, and the targets and prerequisites of each of its rules. */
const CASES: readonly [
  what: string,
  text: string,
  rules: readonly (readonly [string[], string[]])[],
][] = [
  ["a rule", "a.o: a.c a.h\n", [[["a.o"], ["a.c", "a.h"]]]],
  ["continued lines", "a.o: a.c \\\n a.h \\\n  b.h\n", [[["a.o"], ["a.c", "a.h", "b.h"]]]],
  ["continued lines with CRLF", "a.o: a.c \\\r\n a.h\r\n", [[["a.o"], ["a.c", "a.h"]]]],
  ["the target on its own line", "a.o: \\\n a.c\n", [[["a.o"], ["a.c"]]]],
  ["several targets", "a.o a.d: a.c\n", [[["a.o", "a.d"], ["a.c"]]]],
  ["a space before the colon", "a.o : a.c\n", [[["a.o"], ["a.c"]]]],
  [
    "rules of -MP",
    "a.o: a.c a.h\na.h:\n",
    [
      [["a.o"], ["a.c", "a.h"]],
      [["a.h"], []],
    ],
  ],
  ["a double colon", "a.o:: a.c\n", [[["a.o"], ["a.c"]]]],
  ["an escaped space", "a.o: my\\ file.c\n", [[["a.o"], ["my file.c"]]]],
  ["an escaped space in the target", "my\\ a.o: a.c\n", [[["my a.o"], ["a.c"]]]],
  ["backslashes before a space", "a.o: a\\\\\\ b.c\n", [[["a.o"], ["a\\ b.c"]]]],
  ["an escaped hash", "a.o: a\\#b.c\n", [[["a.o"], ["a#b.c"]]]],
  ["an escaped colon", "a.o: a\\:b.c\n", [[["a.o"], ["a:b.c"]]]],
  ["a doubled dollar", "a.o: a$$b.c\n", [[["a.o"], ["a$b.c"]]]],
  ["other backslashes", "a.o: C:\\src\\a.c\n", [[["a.o"], ["C:\\src\\a.c"]]]],
  ["a comment", "# dummy\na.o: a.c # no more\n", [[["a.o"], ["a.c"]]]],
  ["order-only prerequisites", "a.o: a.c | directory\n", [[["a.o"], ["a.c"]]]],
  ["assignments", "x := a: b\ny = c\ndeps_a.o := a.c\nz ?= d\n", []],
  ["recipes", "a.o: a.c\n\tcc -c a.c: no rule\n", [[["a.o"], ["a.c"]]]],
  ["bytes that are not UTF-8", "a.o: \xff.c\n", [[["a.o"], ["\xff.c"]]]],
  ["a truncated file", "a.o: a.c \\\n a", [[["a.o"], ["a.c", "a"]]]],
  ["a file truncated within a target", "a.o", []],
  ["an empty file", "", []],
];

describe("dependency files", () => {
  it.each(CASES)("reads %s", (_, text, rules) => {
    expect(parseDepfile(text)).toEqual(
      rules.map(([targets, prerequisites]) => ({ targets, prerequisites })),
    );
  });

  it.runIf(installed("gcc"))("reads the escapes that gcc writes", () => {
    const root = emptyDir();
    const odd = ["a b.h", "c#d.h", "e$f.h", "g\\ h.h"];
    for (const name of odd) writeFileSync(`${root}/${name}`, "");
    writeFileSync(`${root}/m.c`, odd.map((name) => `#include "${name}"\n`).join(""));
    mkdirSync(`${root}/O2`);
    execFileSync("gcc", ["-c", "-MMD", "-MP", "-o", "O2/m.o", "m.c"], { cwd: root });
    const [rule, ...phony] = parseDepfile(readFileSync(`${root}/O2/m.d`, "latin1"));
    expect(rule).toEqual({ targets: ["O2/m.o"], prerequisites: ["m.c", ...odd] });
    expect(phony.map(({ targets }) => targets[0])).toEqual(odd);
  });

  it("accepts garbage", () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const bytes = Array.from(
        { length: 300 },
        (_, i) => ":\\ \n#$=|\ta.o"[(seed * 31 + i * i * 7 + (i >> 3)) % 11],
      );
      expect(() => parseDepfile(bytes.join(""))).not.toThrow();
    }
  });
});
