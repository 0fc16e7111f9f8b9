/**
 * Build files that ask for more work than anything can do, and real ones with random damage.
 *
 * @module-tag slow
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { finish } from "../../src/core/slices.ts";
import { BudgetExceeded, WorkBudget } from "../../src/core/work-budget.ts";
import { parseBuildNinja } from "../../src/prerequisites/build-ninja.ts";
import { parseCmakeInternal } from "../../src/prerequisites/cmake-internal.ts";
import { parseDepfile } from "../../src/prerequisites/depfile.ts";
import { parseKbuildRecord } from "../../src/prerequisites/kbuild-record.ts";
import { type BuildRules, parseMakefile } from "../../src/prerequisites/makefile.ts";
import { parseNinjaDeps } from "../../src/prerequisites/ninja-deps.ts";
import { parseNinjaLog } from "../../src/prerequisites/ninja-log.ts";
import { DepRules } from "../../src/prerequisites/resolve-rules.ts";
import { NO_OVERRIDES } from "../../src/writers/command.ts";
import { installEffectOf } from "../../src/writers/install-rules.ts";
import { MakefileWriters } from "../../src/writers/makefile-writers.ts";
import { readRecipe } from "../../src/writers/recipe.ts";
import { edits, mutate } from "../support/mutate.ts";
import { PROJECT } from "../support/paths.ts";

/** Parses a file and looks up some outputs; how many characters that produces. */
type Reader = (bytes: Buffer, outputs: readonly string[], budget: WorkBudget) => number;

const READERS = {
  makefile: (bytes, outputs, budget) => {
    const rules = parseMakefile(bytes.toString("latin1"), budget);
    const writers = rules.recipes && new MakefileWriters(rules.recipes, NO_OVERRIDES);
    for (const output of outputs) writers?.writerOf(output, () => true);
    if (rules.recipes !== undefined) installEffectOf(rules.recipes);
    return lookUp(rules, outputs);
  },
  "build.ninja": (bytes, outputs, budget) =>
    lookUp(finish(parseBuildNinja(bytes, budget)), outputs),
  "command of a build.ninja": (bytes, [target = ""], budget) => {
    const context = { target, overrides: NO_OVERRIDES, budget };
    const { inPlace } = readRecipe(bytes.toString("latin1").split("\n"), context);
    return sizeOf(inPlace.map(({ path }) => path));
  },
  "record of kbuild": (bytes, outputs, budget) => {
    const rules = parseKbuildRecord(bytes.toString("latin1"), budget);
    return lookUp(rules, outputs) + sizeOf(outputs.map((each) => rules.commandOf?.(each) ?? ""));
  },
  depfile: (bytes, outputs, budget) =>
    resolve(parseDepfile(bytes.toString("latin1"), budget), outputs, budget),
  "compiler_depend.internal": (bytes, outputs, budget) =>
    resolve(parseCmakeInternal(bytes.toString("latin1"), budget), outputs, budget),
  ninja_log: (bytes, _, budget) => sizeOf(finish(parseNinjaLog(bytes, budget)).times.keys()),
  ninja_deps: (bytes, outputs, budget) => {
    const { entryOf } = finish(parseNinjaDeps(bytes, budget));
    return sizeOf(outputs.flatMap((output) => entryOf(output)?.prerequisites ?? []));
  },
} satisfies Record<string, Reader>;

function lookUp(rules: BuildRules, outputs: readonly string[]): number {
  let size = 0;
  for (const output of outputs) {
    size += sizeOf(rules.inputsOf(output)?.prerequisites ?? []);
    size += sizeOf(rules.dependentsOf(output));
  }
  return size;
}

function resolve(
  rules: ReturnType<typeof parseDepfile>,
  outputs: readonly string[],
  budget: WorkBudget,
): number {
  const index = new DepRules(rules, budget);
  const files = { exists: () => false, isSameEntry: () => false, subdirs: () => ["/r/a"] };
  return sizeOf(
    outputs.flatMap((output) => index.prerequisitesOf(`/r/${output}`, ["/r", "/"], files) ?? []),
  );
}

function sizeOf(words: Iterable<string>): number {
  let size = 0;
  for (const word of words) size += word.length;
  return size;
}

/** Whether the file can be read within its budget. */
function isReadable(reader: Reader, bytes: Buffer, outputs: readonly string[]): boolean {
  try {
    // What a lookup returns costs more steps than it has characters, but for the paths of directories.
    expect(reader(bytes, outputs, new WorkBudget(bytes.length))).toBeLessThan(1e9);
    return true;
  } catch (error) {
    if (error instanceof BudgetExceeded) return false;
    throw error;
  }
}

const powers = (levels: number, first: string): string =>
  [
    `A0 = ${first}`,
    ...Array.from({ length: levels }, (_, i) => `A${i + 1} = ${`$(A${i})`.repeat(16)}`),
  ].join("\n");
const many = (count: number, name: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => name(i)).join(" ");
const WORDS = "w ".repeat(200_000);
const DEEP = "a/".repeat(2000);
const LONG = "p".repeat(400_000);

/** Each of these took minutes, all memory, or more stack than there is, before work was bounded. */
const HOSTILE: readonly (readonly [
  about: string,
  reader: keyof typeof READERS,
  text: string,
  readable: boolean,
])[] = [
  ["variables that multiply nothing", "makefile", `${powers(8, "")}\nx: $(A8)\n`, false],
  ["variables that multiply", "makefile", `${powers(12, "x")}\nx: $(A12)\n`, false],
  ["a variable that doubles itself", "makefile", `A = x\n${"A := $(A)$(A)\n".repeat(60)}`, false],
  ["targets that multiply", "makefile", `T = ${many(9000, (i) => `t${i}`)}\n$(T): $(T)\n`, false],
  [
    "recipes that multiply",
    "makefile",
    `${many(3000, (i) => `t${i}`)}: ${WORDS}\n\tcp $^ $@\n`,
    false,
  ],
  ["many words", "makefile", `all: ${"w ".repeat(150_000)}\n`, true],
  ["notdir of a long word", "makefile", `x: $(notdir ${"a".repeat(900_000)})\n`, true],
  ["basename of many dots", "makefile", `x: $(basename ${".a".repeat(450_000)})\n`, true],
  ["addprefix", "makefile", `P = ${LONG}\nW = ${WORDS}\nx: $(addprefix $(P),$(W))\n`, false],
  ["subst", "makefile", `P = ${LONG}\nW = ${WORDS}\nx: $(subst w,$(P),$(W))\n`, false],
  ["a substitution", "makefile", `P = ${LONG}\nW = ${WORDS}\nx: $(W:%=$(P)%)\n`, false],
  ["cp of many slashes", "makefile", `x:\n\tcp ${"/".repeat(900_000)} y\n`, true],
  ["cp of a deep path", "makefile", `x:\n\tcp ${"a/".repeat(450_000)} y\n`, true],
  ["cp of many files", "makefile", `x:\n\tcp ${"a ".repeat(450_000)} y\n`, false],
  ["brackets", "makefile", `x: ${"$(".repeat(300_000)}${")".repeat(300_000)}\n`, true],
  ["comments", "makefile", `x: ${"#".repeat(500_000)}\r#\n`, true],
  ["a pattern of many variables", "makefile", `a${"$(A)".repeat(100_000)}: x\n`, false],
  ["a pattern that backtracks", "makefile", `$(A)a$(B)a$(C)a$(D)a$(E)a$(F)a$(G)b$(H)a: x\n`, false],
  ["backslashes", "depfile", `x: ${"\\".repeat(1_000_000)}`, true],
  ["escaped spaces", "depfile", `x: ${"\\\\ ".repeat(300_000)}`, true],
  ["many targets", "depfile", `${"x ".repeat(100_000)}: ${"p ".repeat(200_000)}\n`, true],
  ["many rules", "depfile", "x: a b\n".repeat(150_000), false],
  ["targets without prerequisites", "compiler_depend.internal", "x\n".repeat(500_000), false],
  ["install with many cp", "makefile", `install:\n\t${"cp ".repeat(300_000)} -a\n`, false],
  ["cd that never ends", "makefile", `x:\n\t${"cd x;".repeat(180_000)}cp a b\n`, true],
  ["files below a long path", "makefile", `x:\n\tcd ${DEEP};${"cp a b;".repeat(120_000)}\n`, false],
  ["removed files", "makefile", `x:\n\tcd ${DEEP};rm a;${"cp a b;".repeat(120_000)}\n`, false],
  ["many copies", "command of a build.ninja", `cp -a ${"a ".repeat(450_000)} b`, true],
  ["scripts that run scripts", "command of a build.ninja", "sh env ".repeat(128_000), true],
  [
    "libtool in libtool",
    "command of a build.ninja",
    "libtool --mode=install ".repeat(40_000),
    true,
  ],
  ["cmake in cmake", "command of a build.ninja", "cmake -E env ".repeat(69_000), true],
  [
    "cmake in cmake, for two",
    "command of a build.ninja",
    "cmake -E __run_co_compile -- ".repeat(30_000),
    true,
  ],
  [
    "a statement of many outputs and inputs",
    "build.ninja",
    `build ${many(30_000, (i) => `o${i}`)} x: cc ${many(30_000, (i) => `i${i}`)}\n`,
    false,
  ],
  [
    "variables that multiply",
    "build.ninja",
    `a0 = xx\n${Array.from({ length: 60 }, (_, i) => `a${i + 1} = $a${i}$a${i}\n`).join("")}`,
    false,
  ],
  [
    "a long chain of phony names",
    "build.ninja",
    `${Array.from({ length: 100_000 }, (_, i) => `build p${i}: phony p${i + 1}\n`).join("")}build x: cc p0\n`,
    true,
  ],
  ["continued lines", "build.ninja", `build x: cc ${"aaaaaaaa$\n".repeat(100_000)}\n`, true],
  ["dollars", "build.ninja", `build x: cc ${"$".repeat(900_000)}\n`, true],
  [
    "variables that multiply",
    "record of kbuild",
    `cmd_x := gcc\n${powers(12, "x")}\nx: $(A12)\n`,
    false,
  ],
  ["a command of variables", "record of kbuild", `cmd_x := ${"$(A)".repeat(220_000)}\n`, true],
  ["a command of dollars", "record of kbuild", `cmd_x := ${"$".repeat(900_000)}\n`, true],
  ["empty lines", "ninja_log", `# ninja log v5\n${"\n".repeat(3_000_000)}`, true],
  ["a long line", "ninja_log", `# ninja log v5\n0\t1\t2\t${"x".repeat(3_000_000)}\t\n`, true],
];

describe("hostile files end", () => {
  // All outputs of a tree, and the name of a file that makes patterns backtrack.
  const outputs = ["x", "a".repeat(250), ...Array.from({ length: 200 }, (_, i) => `o${i}`)];

  test.each(HOSTILE)("%s in a %s", (_, reader, text, readable) => {
    expect(isReadable(READERS[reader], Buffer.from(text), outputs)).toBe(readable);
  });
});

describe("a file that includes itself again and again is read a bounded number of times", () => {
  test("Makefile", () => {
    const text = "include Makefile\n".repeat(10_000);
    const readIncluded = vi.fn(() => [text]);
    const read = (): unknown => parseMakefile(text, new WorkBudget(text.length), readIncluded);
    expect(read).not.toThrow(RangeError);
    expect(readIncluded.mock.calls.length).toBeLessThanOrEqual(1000);
  });

  test("build.ninja", () => {
    const bytes = Buffer.from("include build.ninja\n".repeat(10_000));
    const readIncluded = vi.fn(() => bytes);
    finish(parseBuildNinja(bytes, new WorkBudget(bytes.length), readIncluded));
    expect(readIncluded).toHaveBeenCalledTimes(1);
  });
});

describe("damaged files", () => {
  const real = (name: string): Buffer => readFileSync(`${PROJECT}/${name}`);
  const samples: Record<keyof typeof READERS, Buffer> = {
    makefile: real("examples/makefile/Makefile"),
    "build.ninja": real("fixtures/ninja-1.11/build.ninja"),
    "command of a build.ninja": Buffer.from(
      "cd sub && rm -f x.o && /usr/bin/cmake -E env A=b ccache gcc -MMD -o 'x y.o' $(dirs)/x.c > log 2>&1 || sh -c \"cp -a x.o ../y/\" ; libtool --mode=link ar rcs libx.a x.o\n" +
        "if test -f a; then install -m 644 -t out/ `ls *.h` & fi; python3 x.py {a,b} <in >> $${HOME}/out\n",
    ),
    "record of kbuild": Buffer.from(
      "cmd_O2/foo.o := gcc -Wp,-MD,O2/.foo.o.d -D'N=\\\"a$$b\\\"' -c -o O2/foo.o foo.c\n\ndeps_O2/foo.o := \\\n  foo.c \\\n    $(wildcard include/config/a.h) \\\n\nO2/foo.o: $(deps_O2/foo.o)\n\n$(deps_O2/foo.o):\n",
    ),
    ninja_log: real("fixtures/ninja-1.11/ninja_log"),
    ninja_deps: real("fixtures/ninja-1.11/ninja_deps"),
    depfile: Buffer.from(
      "O2/m.o: m.c a\\ b.h \\\n c\\#d.h e$$f.h g\\:h.h | dir\nm.c:\n\na.o b.o: x.h # note\n",
    ),
    "compiler_depend.internal": Buffer.from("# CMAKE generated\n\nx/a.o\n /src/a.c\n /src/a.h\n"),
  };
  const outputs = ["O2/foo.o", "O2/prog", "m.o", "a.o", "x/a.o", "build/O2/table.o", ""];
  const tokens = [
    ..."$(A)|${B}|$@|$^|$(wildcard *)|$(patsubst %,%x,$(A))|%|%.o|: |::|=|:=|+=|\n|\t|\\\n|$\n|#|;|'|\"|`|~|cp |rm |build |phony |.PHONY|define A\n|endef\n|include x\n|install: x\n\t|cd ../|sh -c |env |cmake -E |libtool --mode=install |&&|>|\xa0|\xff|\0".split(
      "|",
    ),
    "|",
    "||",
  ];

  test.each(Object.keys(READERS) as (keyof typeof READERS)[])(
    "a %s of any bytes is read or refused",
    (name) => {
      fc.assert(
        fc.property(edits(tokens), (some) => {
          const text = mutate(samples[name].toString("latin1"), some);
          isReadable(READERS[name], Buffer.from(text, "latin1"), outputs);
        }),
        { numRuns: 150 },
      );
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          isReadable(READERS[name], Buffer.from(bytes), outputs);
        }),
        { numRuns: 150 },
      );
    },
  );
});
