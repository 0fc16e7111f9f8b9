import { expect, test } from "vitest";
import { parseDepfile } from "../../src/prerequisites/depfile.ts";
import { parseMakefile } from "../../src/prerequisites/makefile.ts";
import { NO_OVERRIDES } from "../../src/writers/command.ts";
import { MakefileWriters } from "../../src/writers/makefile-writers.ts";
import { editWords, isSpaceAt, trim, wordsIn } from "../../src/prerequisites/white-space.ts";

/** "à" in UTF-8, as a byte path: JavaScript takes its second byte for a space. */
const A = "\xc3\xa0";

test("white space is ASCII", () => {
  expect(wordsIn(` a\t${A} \r\n b${A}c\v`)).toEqual(["a", A, `b${A}c`]);
  expect(wordsIn("")).toEqual([]);
  expect(editWords(`a  ${A}`, (word) => `<${word}>`)).toBe(`<a>  <${A}>`);
  expect([" a ", "\t", "", `${A} `].map(trim)).toEqual(["a", "", "", A]);
  expect([0, 1, 2].map((at) => isSpaceAt("a ", at))).toEqual([false, true, false]);
});

test("build files may name files with such letters", () => {
  expect(parseDepfile(`${A}.o: ${A}.c x\\ ${A}.h\n`)).toEqual([
    { targets: [`${A}.o`], prerequisites: [`${A}.c`, `x ${A}.h`] },
  ]);
  const rules = parseMakefile(`D = ${A}\n$(D).o: $(D)\n\tcp ${A} $@\n`);
  expect(rules.inputsOf(`${A}.o`)?.prerequisites).toEqual([A]);
  const writers = rules.recipes && new MakefileWriters(rules.recipes, NO_OVERRIDES);
  expect(writers?.writerOf(`${A}.o`, () => true)?.command).toBe("cp");
});
