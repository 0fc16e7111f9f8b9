import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseBuildNinja } from "../../src/prerequisites/build-ninja.ts";
import { parseCmakeInternal } from "../../src/prerequisites/cmake-internal.ts";
import { parseMakefile } from "../../src/prerequisites/makefile.ts";
import { PROJECT } from "../support/paths.ts";

/** Makefile, output, prerequisites, and whether they are all. */
const MAKEFILES: readonly [
  what: string,
  text: string,
  output: string,
  expected: string[] | undefined,
  complete?: boolean,
][] = [
  ["an explicit rule", "O2/foo.o: foo.c gen.h\n\tcc\n", "O2/foo.o", ["foo.c", "gen.h"]],
  ["an output without a rule", "a.o: a.c\n", "b.o", undefined],
  [
    "variables",
    "OBJS = a.o b.o\nprog: $(OBJS) ${LIB}\nLIB := l.a\n",
    "prog",
    ["a.o", "b.o", "l.a"],
  ],
  ["a name made of variables", "B=out\n$(B)/x.o: x.c\n", "out/x.o", ["x.c"]],
  ["what is appended", "OBJS = a.o\nOBJS += b.o\nprog: $(OBJS)\n", "prog", ["a.o", "b.o"]],
  ["a substitution", "SRCS = a.c b.c\nprog: $(SRCS:.c=.o)\n", "prog", ["a.o", "b.o"]],
  ["a substitution with %", "SRCS = a.c\nprog: $(SRCS:%.c=o/%.o)\n", "prog", ["o/a.o"]],
  [
    "patsubst and addprefix",
    "S=a.c\nprog: $(addprefix o/,$(patsubst %.c,%.o,$(S)))\n",
    "prog",
    ["o/a.o"],
  ],
  ["a pattern rule", "%.o: %.c common.h\n", "sub/x.o", ["sub/x.c", "common.h"]],
  ["a pattern rule with a directory", "O2/%.o: src/%.c\n", "O2/x.o", ["src/x.c"]],
  ["a static pattern rule", "OBJS = o/a.o o/b.o\n$(OBJS): o/%.o: %.c\n", "o/b.o", ["b.c"]],
  ["rules in several places", "a.o: a.c\na.o: gen.h\n", "a.o", ["a.c", "gen.h"]],
  [
    "both branches of a condition",
    "ifdef X\na.o: x.h\nelse\na.o: y.h\nendif\n",
    "a.o",
    ["x.h", "y.h"],
  ],
  ["order-only prerequisites", "a.o: a.c | dir\n", "a.o", ["a.c"]],
  ["a variable of one target", "prog: CFLAGS = -O2\nprog: a.o\n", "prog", ["a.o"]],
  ["a function that needs make", "prog: $(wildcard *.o) a.o\n", "prog", ["a.o"], false],
  ["a variable made of itself", "X = $(X) a\nprog: $(X)\n", "prog", ["a"]],
  ["variables in a circle", "X = $(Y)\nY = $(X)\nprog: $(X) a.o\n", "prog", ["a.o"], false],
  ["a comment", "a.o: a.c # b.c\n", "a.o", ["a.c"]],
  ["continued lines", "a.o: \\\n  a.c \\\n  b.h\n", "a.o", ["a.c", "b.h"]],
  ["a define", "define X\na.o: never\nendef\na.o: a.c\n", "a.o", ["a.c"]],
  ["a path with ./", "./a.o: a.c\n", "a.o", ["a.c"]],
  [
    "a variable that the command line sets",
    "B := build/$V\n$B/small: $B/full\n",
    "build/debug/small",
    ["build/debug/full"],
  ],
  ["its default", "V ?= debug\nbuild/$V/a.o: a.c $V.h\n", "build/debug/a.o", ["a.c", "debug.h"]],
  [
    "another value than its default",
    "V ?= debug\nbuild/$V/a.o: a.c $V.h\n",
    "build/release/a.o",
    ["a.c", "release.h"],
  ],
  ["it in a pattern", "build/$V/%.o: src/%.c $V.h\n", "build/x/a.o", ["src/a.c", "x.h"]],
  ["it twice", "$V/$V/a.o: a.c\n", "x/y/a.o", undefined],
  ["a name that is only such a variable", "$(TARGET): a.o\n", "prog", undefined],
  ["a pattern for everything", "%: %.c\n", "prog", ["prog.c"]],
  ["special targets", ".PHONY: a.o\n", "a.o", undefined],
];

describe("Makefiles", () => {
  it.each(MAKEFILES)("reads %s", (_, text, output, expected, complete = true) => {
    const inputs = parseMakefile(text).inputsOf(output);
    expect(inputs?.prerequisites).toEqual(expected);
    if (expected !== undefined) expect(inputs?.complete).toBe(complete);
  });

  it("knows what is made from a file", () => {
    expect(parseMakefile("a.o: gen.h\nb.o: gen.h\n").dependentsOf("gen.h")).toEqual(["a.o", "b.o"]);
  });

  it("ends with every nesting", () => {
    const deep = `${"$(".repeat(5000)}x${")".repeat(5000)}`;
    expect(() => parseMakefile(`prog: ${deep}\n`)).not.toThrow();
    const bomb = Array.from({ length: 40 }, (_, i) => `X${i + 1} = $(X${i})$(X${i})$(X${i})`).join(
      "\n",
    );
    expect(() => parseMakefile(`X0 = abcdefgh\n${bomb}\nprog: $(X40)\n`)).not.toThrow();
  });
});

/** Makefile, output, and the command that writes into it. */
const RECIPES: readonly [what: string, text: string, output: string, command?: string][] = [
  ["cp", "dist/app: app\n\tcp $< $@\n", "dist/app", "cp"],
  ["a rule of another file", "dist/app: app\n\tcp $< $@\n", "app"],
  ["cp -p by its path, silently", "a: b\n\t@/bin/cp -p b a\n", "a", "cp"],
  ["cp -f, which removes only what it cannot open", "a: b\n\t-cp -f b a\n", "a", "cp"],
  ["cp after a semicolon", "a: b ; cp b a\n", "a", "cp"],
  ["cp --remove-destination", "a: b\n\tcp --remove-destination b $@\n", "a"],
  ["cp -l", "a: b\n\tcp -fl b $@\n", "a"],
  ["cp of a variable", "CP = cp -a\na: b\n\t$(CP) b $@\n", "a", "cp"],
  ["install", "a: b\n\tinstall -D b $@\n", "a"],
  ["ln", "a: b\n\tln -f b $@\n", "a"],
  ["a redirection", "a: b\n\tgen < b > $@\n", "a", ">"],
  ["a redirection that appends", "a: b\n\tgen b >>$@ 2>&1\n", "a", ">"],
  ["what only errors go into", "a: b\n\tgen b -o $@ 2> log\n", "a"],
  ["tee", "a: b\n\tgen b | tee $@ > /dev/null\n", "a", "tee"],
  ["dd", "a: b\n\tdd if=b of=$@ bs=1M\n", "a", "dd"],
  ["touch", "a: b\n\t@touch $@\n", "a", "touch"],
  ["ar", "a.a: b.o\n\t$(AR) rcs $@ $^\n", "a.a", "ar"],
  ["another ar", "a.a: b.o\n\tarm-none-eabi-ar -cr $@ $^\n", "a.a", "ar"],
  ["llvm-ar", "a.a: b.o\n\tllvm-ar rcs $@ $^\n", "a.a"],
  ["ar that lists", "a.a: b.o\n\tar t $@\n", "a.a"],
  ["ar after rm", "a.a: b.o\n\trm -f $@\n\tar rcs $@ $^\n\tranlib $@\n", "a.a"],
  ["rm of the name", "T = a\n$(T): b\n\trm -f $(T); cp b $@\n", "a"],
  ["rm of another name", "a: b\n\trm -f c; cp b $@\n", "a", "cp"],
  ["rm of the directory", "d/a: b\n\trm -rf d && mkdir d && cp b $@\n", "d/a"],
  ["rm too late", "a: b\n\tcp b $@; rm -f $@\n", "a", "cp"],
  ["mv", "a: b\n\tgen > $@.tmp && mv $@.tmp $@\n", "a"],
  ["strip after a linker", "a: b.o\n\tgcc b.o -o $@\n\tstrip $@\n", "a"],
  ["strip alone", "a: b\n\tstrip -g $@\n", "a", "strip"],
  ["strip -o", "a: b\n\tstrip -o $@ b\n", "a"],
  ["objcopy of one file", "a: b\n\tobjcopy -R .note --strip-unneeded $@\n", "a", "objcopy"],
  ["objcopy of two", "a: b\n\tobjcopy -O binary b $@\n", "a"],
  ["nasm", "a.o: a.asm\n\tnasm -f win64 $< -o $@\n", "a.o", "nasm"],
  ["gcc with mold", "a: a.o\n\tgcc -fuse-ld=mold $< -o $@\n", "a", "mold"],
  ["a pattern rule", "dist/%: build/%\n\tcp $< $@\n", "dist/bin/app", "cp"],
  ["a pattern rule's stem", "dist/%: build/%\n\tcp $< dist/$*\n", "dist/app", "cp"],
  ["a pattern rule's directory", "dist/%: build/%\n\tcp $< $(@D)/$(@F)\n", "dist/app", "cp"],
  ["a pattern in any directory", "%.so: %.o\n\tcp $< $@\n", "x/y.so", "cp"],
  ["a pattern for everything", "%: %.sh\n\tcp $< $@\n", "app"],
  ["a static pattern rule", "x/a x/b: x/%: y/%\n\tcp y/$* x/$*\n", "x/b", "cp"],
  ["a variable that is set elsewhere", "d/$V/a: b/$V/a\n\tcp $< $@\n", "d/debug/a", "cp"],
  ["a variable's default", "D ?= dist\nall:\n\tcp build/* $(D)/\n", "dist/app", "cp"],
  ["a file into a directory", "dist: app\n\tcp build/app dist/\n", "dist/app", "cp"],
  ["a directory that gets another file", "dist: app\n\tcp LICENSE dist/\n", "dist/app"],
  ["cp -t", "dist: app\n\tcp -t dist build/app b\n", "dist/app", "cp"],
  ["a directory without a slash", "dist: app\n\tcp build/app dist\n", "dist/app", "cp"],
  ["cp -r", "dist: ; cp -r build/x dist/\n", "dist/x/y/app", "cp"],
  ["cp -r of another directory", "dist: ; cp -r build/x dist/\n", "dist/z/app"],
  ["cp -r of all in it", "dist: ; cp -r build/. dist/\n", "dist/z/app", "cp"],
  ["a loop", "dist:\n\tfor f in $(X) y; do cp $$f dist/; done\n", "dist/app", "cp"],
  ["a loop, deeper", "dist:\n\tfor f in x; do cp $$f dist/; done\n", "dist/sub/app"],
  ["a loop with quotes", 'dist:\n\tfor f in x; do cp "$$f" "dist/$$f"; done\n', "dist/x", "cp"],
  ["cd before cp", "dist:\n\tcd build && cp app ../dist/app\n", "dist/app", "cp"],
  ["cd in another line", "dist:\n\tcd build\n\tcp app x\n", "build/x"],
  ["a place that the shell knows", "dist:\n\tcp app $$HOME/x\n", "x"],
  ["a function that needs make", "dist:\n\tcp app $(shell x)/app\n", "app"],
  ["continued lines", "a: b\n\tcp \\\n\t  b $@\n", "a", "cp"],
  ["comments", "a: b\n\t# cp b a\n#\tcp b a\n\tln -f b a # > a\n", "a"],
  ["a quoted sign", "a: b\n\techo 'x > a'; echo \"> a\"\n", "a"],
  ["a define", "define X\na: b\n\tcp b a\nendef\n", "a"],
];

describe("recipes", () => {
  it.each(RECIPES)("sees through %s", (_, text, output, command) => {
    expect(parseMakefile(text).writerOf?.(output)).toBe(command);
  });

  it("ends with every line", () => {
    for (const line of [
      "cp 'a",
      'cp "$$(x',
      "cp `",
      "cp $${x",
      "> ",
      "{",
      "((((",
      "cp \\",
      "$",
      "a;;b",
      "cp -t",
    ])
      expect(() => parseMakefile(`a:\n\t${line}\n`).writerOf?.("a")).not.toThrow();
  });

  it("takes little time for many rules", () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => `d/x${i}: x${i}\n\tcp $< $@\n`);
    const makefile = parseMakefile(rules.join(""));
    const began = performance.now();
    expect(makefile.writerOf?.("d/x19999")).toBe("cp");
    for (let i = 0; i < 100_000; i += 1) makefile.writerOf?.("d/none");
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe("build.ninja", () => {
  const real = parseBuildNinja(
    readFileSync(`${PROJECT}/fixtures/ninja-1.11/build.ninja`, "latin1"),
  );

  it("reads a real one", () => {
    expect(real.inputsOf("O2/prog")?.prerequisites).toEqual(["O2/foo.o", "main.o"]);
    expect(real.inputsOf("O2/foo.o")?.prerequisites).toEqual(["foo.c", "gen.h"]);
    expect(real.dependentsOf("O0/prog")).toEqual(["gen.h"]);
    expect(real.inputsOf("nothing")).toBeUndefined();
  });

  it.each([
    ["escapes", "build a$ b.o: cc x$:y.c $$z\n", "a b.o", ["x:y.c", "$z"]],
    ["continued lines", "build a.o: cc $\n    b.c $\n    c.c\n", "a.o", ["b.c", "c.c"]],
    [
      "variables of the file",
      "src = s/d\nbuild a.o: cc $src/a.c ${src}x\n",
      "a.o",
      ["s/d/a.c", "s/dx"],
    ],
    [
      "order-only inputs and validations",
      "build a.o: cc a.c | b.h || c.h |@ d\n",
      "a.o",
      ["a.c", "b.h"],
    ],
    ["implicit outputs", "build a.o | a.dwo: cc a.c\n", "a.dwo", ["a.c"]],
    [
      "phony names",
      "build libs: phony l1.a more\nbuild more: phony l2.a\nbuild p: link p.o libs\n",
      "p",
      ["p.o", "l1.a", "l2.a"],
    ],
    [
      "a circle of phony names",
      "build x: phony y\nbuild y: phony x\nbuild p: link x p.o\n",
      "p",
      ["p.o"],
    ],
  ])("reads %s", (_, text, output, expected) => {
    expect(parseBuildNinja(text).inputsOf(output)?.prerequisites).toEqual(expected);
  });
});

describe("CMake's compiler_depend.internal", () => {
  it("reads what CMake 3.25 wrote", () => {
    const text =
      '# CMAKE generated file: DO NOT EDIT!\n# Generated by "Unix Makefiles" Generator, CMake Version 3.25\n\n' +
      "sub/CMakeFiles/foo.dir/foo.c.o\n /tmp/cm/sub/foo.c\n /tmp/cm/sub/a b.h\n\nsub/CMakeFiles/foo.dir/bar.c.o\n /tmp/cm/sub/bar.c\n";
    expect(parseCmakeInternal(text)).toEqual([
      {
        targets: ["sub/CMakeFiles/foo.dir/foo.c.o"],
        prerequisites: ["/tmp/cm/sub/foo.c", "/tmp/cm/sub/a b.h"],
      },
      { targets: ["sub/CMakeFiles/foo.dir/bar.c.o"], prerequisites: ["/tmp/cm/sub/bar.c"] },
    ]);
  });
});
