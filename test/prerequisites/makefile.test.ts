import { describe, expect, it } from "vitest";
import { BudgetExceeded, WorkBudget } from "../../src/core/work-budget.ts";
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
  [
    "phony prerequisites",
    "PHONY = FORCE\nPHONY += scripts\n%.o: %.c scripts FORCE\nb.o: b.c scripts\n.PHONY: $(PHONY)\n",
    "b.o",
    ["b.c", "b.c"],
  ],
  ["a target-specific variable", "prog: CFLAGS = -O2\nprog: a.o\n", "prog", ["a.o"]],
  [
    "a path that may exist",
    "prog: $(wildcard x.h $(A)/y.h) a.o\n",
    "prog",
    ["x.h", "/y.h", "a.o"],
    true,
  ],
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
  ["a prerequisite that is only an external variable", "a.o: a.c $V\n", "a.o", ["a.c"]],
  ["one of a pattern", "%.o: %.c $V\n", "a.o", ["a.c"]],
  ["a target that is only an external variable", "$(TARGET): a.o\n", "prog", undefined],
  ["a pattern for everything", "%: %.c\n", "prog", ["prog.c"]],
  ["special targets", ".PHONY: a.o\n", "a.o", undefined],
];

/** Makefiles that make rules of templates, and the prerequisites of an output. */
const TEMPLATES: readonly [what: string, text: string, output: string, expected: string[]][] = [
  [
    "a template for each word of a list",
    "define RULE\nO$(1)/a.o: a.c $(2)\nendef\n$(foreach v,2 3,$(eval $(call RULE,$(v),x.h)))\n",
    "O3/a.o",
    ["a.c", "x.h"],
  ],
  [
    "a template whose variables are expanded twice",
    "define RULE\nO$(1)/a.o: $$(SRC)\nendef\n$(eval $(call RULE,2))\nSRC = a.c\n",
    "O2/a.o",
    ["a.c"],
  ],
  [
    "a template for words that only make knows",
    "R = O$(1)/a.o: a.c\n$(foreach v,$(shell ls),$(eval $(call R,$v)))\n",
    "O7/a.o",
    ["a.c"],
  ],
  ["a rule in a text that is evaluated", "$(eval a.o: a.c)\n", "a.o", ["a.c"]],
  ["a call in a prerequisite", "dir = $(1)/x/$(2)\na.o: $(call dir,u,v)\n", "a.o", ["u/x/v"]],
  ["a variable whose name is computed", "S_ = a.c\nS_x = a.c\na.o: $(S_$(V))\n", "a.o", ["a.c"]],
  ["a variable that may be one of two", "S_ = a.c\nS_x = b.c\na.o: $(S_$(V))\n", "a.o", []],
  ["a loop over suffixes", "a.o: $(foreach s,c h,a.$(s))\n", "a.o", ["a.c", "a.h"]],
  ["a define inside of a define", "define A\ndefine B\nx: y\nendef\nendef\nx: z\n", "x", ["z"]],
];

/** Makefiles that include `rules.mk`, which has a rule for `a.o`, and whether it is read. */
const INCLUDES: readonly [text: string, isRead: boolean][] = [
  ["include rules.mk\n", true],
  ["-include none.mk rules.mk # comment\n", true],
  ["sinclude rules.mk\n", true],
  ["R = rules\ninclude $(R).mk\n", true],
  ["R ?= rules\ninclude $(R).mk\n", true],
  ["ifdef X\n  include rules.mk\nendif\n", true],
  ["include $(wildcard r*.mk)\n", true],
  ["include more.mk\n", true],
  ["include $(R)/rules.mk\n", false],
  ["include $(shell echo rules.mk)\n", false],
  ["define X\ninclude rules.mk\nendef\n", false],
  ["define X\ninclude rules.mk\nendef\n$(eval $(X))\n", true],
];

describe("Makefiles", () => {
  it.each(TEMPLATES)("makes rules of %s", (_, text, output, expected) => {
    expect(parseMakefile(text).inputsOf(output)?.prerequisites).toEqual(expected);
  });

  it.each(INCLUDES)("follows %j: %j", (text, isRead) => {
    const files: Readonly<Record<string, string>> = {
      "rules.mk": "a.o: $(SRC)\nSRC = a.c\n",
      "r*.mk": "a.o: a.c\n",
      "more.mk": "include rules.mk\n",
    };
    const read = (word: string): string[] => (word in files ? [files[word]] : []);
    const rules = parseMakefile(text, new WorkBudget(text.length), read);
    expect(rules.inputsOf("a.o")?.prerequisites).toEqual(isRead ? ["a.c"] : undefined);
  });

  it.each([
    ["a file that includes itself", "a.o: a.c\ninclude self.mk self.mk\n"],
    [
      "a text that evaluates itself",
      "a.o: a.c\ndefine X\n$(eval $(X))$(eval $(X))\nendef\n$(eval $(X))\n",
    ],
  ])("reads %s", (_, text) => {
    const read = (word: string): string[] => (word === "self.mk" ? [text] : []);
    const rules = parseMakefile(text, new WorkBudget(text.length), read);
    expect(rules.inputsOf("a.o")?.prerequisites).toContain("a.c");
  });

  it.each([
    [
      "loops in loops",
      `L = ${Array.from({ length: 50 }, (_, i) => `x${i}`).join(" ")}\nF = $(foreach a,$L,$(foreach b,$L,$(foreach c,$L,$(foreach d,$L,$(a)))))\na.o: $(F)$(F)$(F)\n`,
    ],
    [
      "calls that multiply",
      `T = ${"$(1)".repeat(50)}\na.o: ${"$(call T,".repeat(9)}x${")".repeat(9)}\n`,
    ],
  ])("refuses %s", (_, text) => {
    expect(() => parseMakefile(text)).toThrow(BudgetExceeded);
  });

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
