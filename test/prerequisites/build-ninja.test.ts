import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finish } from "../../src/core/slices.ts";
import { parseBuildNinja } from "../../src/prerequisites/build-ninja.ts";
import type { BuildRules } from "../../src/prerequisites/makefile.ts";
import { PROJECT } from "../support/paths.ts";

describe("build.ninja", () => {
  const parsed = (bytes: Buffer): BuildRules => finish(parseBuildNinja(bytes));
  const real = parsed(readFileSync(`${PROJECT}/fixtures/ninja-1.11/build.ninja`));

  it("reads a real file", () => {
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
      "phony names that refer to each other",
      "build x: phony y\nbuild y: phony x\nbuild p: link x p.o\n",
      "p",
      ["p.o"],
    ],
  ])("reads %s", (_, text, output, expected) => {
    expect(parsed(Buffer.from(text)).inputsOf(output)?.prerequisites).toEqual(expected);
  });
});
