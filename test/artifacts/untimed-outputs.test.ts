import { expect, test } from "vitest";
import { mixRecords, rebuildHintOf } from "../../src/artifacts/untimed-outputs.ts";

const TSC = "tsc --build --force";
const MIX = "mix compile --force";
const FPC = "make -B, or fpc -B";

test.each<[string, readonly string[], string | undefined]>([
  ["dist/index.js", [], TSC],
  ["dist/index.mjs.map", [], TSC],
  ["dist/index.d.ts", [], TSC],
  ["src/index.ts", [], undefined],
  ["dist/index.json", [], undefined],
  ["_build/dev/lib/a/ebin/M.beam", ["_build/dev/lib/a/.mix/compile.elixir"], MIX],
  ["out/ebin/M.beam", [], undefined],
  ["out/M.beam", ["out/.mix/compile.elixir"], undefined],
  ["lib/unit.o", ["lib/unit.ppu"], FPC],
  ["lib/unit.o", ["lib/other.ppu"], undefined],
])("%s, where there is %j: %s", (output, files, command) => {
  expect(rebuildHintOf(output, (path) => files.includes(path))?.command).toBe(command);
});

test.each([
  ["_build/dev/lib/a/consolidated/P.beam", "_build/dev/lib/a/"],
  ["consolidated/P.beam", ""],
])("%s has records of mix", (output, dir) => {
  expect(mixRecords(output)).toEqual([`${dir}.mix/compile.elixir`, `${dir}.mix/compile.protocols`]);
});

test.each(["_build/dev/lib/a/ebin/P.beam", "a/consolidated/P.txt", "unconsolidated/P.beam"])(
  "%s has none",
  (output) => expect(mixRecords(output)).toEqual([]),
);
