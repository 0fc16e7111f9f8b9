import { describe, expect, it } from "vitest";
import { BudgetExceeded } from "../../src/core/work-budget.ts";
import { parseMakefile } from "../../src/prerequisites/makefile.ts";

/** A Makefile, an output, its prerequisites, and whether the list is complete. */
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
  ["a variable in a target", "B=out\n$(B)/x.o: x.c\n", "out/x.o", ["x.c"]],
  ["an appended value", "OBJS = a.o\nOBJS += b.o\nprog: $(OBJS)\n", "prog", ["a.o", "b.o"]],
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
  ["several rules for one target", "a.o: a.c\na.o: gen.h\n", "a.o", ["a.c", "gen.h"]],
  [
    "both branches of a conditional",
    "ifdef X\na.o: x.h\nelse\na.o: y.h\nendif\n",
    "a.o",
    ["x.h", "y.h"],
  ],
  ["order-only prerequisites", "a.o: a.c | dir\n", "a.o", ["a.c"]],
  ["a target-specific variable", "prog: CFLAGS = -O2\nprog: a.o\n", "prog", ["a.o"]],
  ["a function that needs make", "prog: $(wildcard *.o) a.o\n", "prog", ["a.o"], false],
  ["a variable that refers to itself", "X = $(X) a\nprog: $(X)\n", "prog", ["a"]],
  [
    "variables that refer to each other",
    "X = $(Y)\nY = $(X)\nprog: $(X) a.o\n",
    "prog",
    ["a.o"],
    false,
  ],
  ["a comment", "a.o: a.c # b.c\n", "a.o", ["a.c"]],
  ["continued lines", "a.o: \\\n  a.c \\\n  b.h\n", "a.o", ["a.c", "b.h"]],
  ["a define", "define X\na.o: never\nendef\na.o: a.c\n", "a.o", ["a.c"]],
  ["a static pattern with ./", "o/a.o: ./o/%.o: %.c\n", "o/a.o", ["a.c"]],
  ["a path with ./", "./a.o: a.c\n", "a.o", ["a.c"]],
  [
    "an external variable",
    "B := build/$V\n$B/small: $B/full\n",
    "build/debug/small",
    ["build/debug/full"],
  ],
  [
    "the default of an external variable",
    "V ?= debug\nbuild/$V/a.o: a.c $V.h\n",
    "build/debug/a.o",
    ["a.c", "debug.h"],
  ],
  [
    "a value other than the default",
    "V ?= debug\nbuild/$V/a.o: a.c $V.h\n",
    "build/release/a.o",
    ["a.c", "release.h"],
  ],
  [
    "an external variable in a pattern",
    "build/$V/%.o: src/%.c $V.h\n",
    "build/x/a.o",
    ["src/a.c", "x.h"],
  ],
  ["an external variable twice, with different values", "$V/$V/a.o: a.c\n", "x/y/a.o", undefined],
  ["a target that is only an external variable", "$(TARGET): a.o\n", "prog", undefined],
  ["a pattern for everything", "%: %.c\n", "prog", ["prog.c"]],
  ["special targets", ".PHONY: a.o\n", "a.o", undefined],
];

describe("Makefiles", () => {
  it.each(MAKEFILES)("reads %s", (_, text, output, expected, complete = true) => {
    const inputs = parseMakefile(text).inputsOf(output);
    expect(inputs?.prerequisites).toEqual(expected);
    if (expected !== undefined) expect(inputs?.complete).toBe(complete);
  });

  it("lists the outputs made from a file", () => {
    expect(parseMakefile("a.o: gen.h\n./b.o: ./gen.h\n").dependentsOf("gen.h")).toEqual([
      "a.o",
      "b.o",
    ]);
  });

  it("bounds nesting and expansion", () => {
    const deep = `${"$(".repeat(5000)}x${")".repeat(5000)}`;
    expect(() => parseMakefile(`prog: ${deep}\n`)).not.toThrow();
    const bomb = Array.from({ length: 40 }, (_, i) => `X${i + 1} = $(X${i})$(X${i})$(X${i})`).join(
      "\n",
    );
    expect(() => parseMakefile(`X0 = abcdefgh\n${bomb}\nprog: $(X40)\n`)).toThrow(BudgetExceeded);
  });
});
