import { describe, expect, test } from "vitest";
import { hasFindings, toOptions } from "../../../src/cli/commands/dedupe.ts";
import type { Options } from "../../../src/commands/options.ts";
import type { Verification } from "../../../src/core/report.ts";
import { parseCommandLine } from "../../support/parse-command-line.ts";
import { makeTree } from "../../support/tree.ts";

/** The options that a command line stands for. */
function optionsOf(line: string): Options {
  const { flags, operands } = parseCommandLine(line);
  return toOptions(flags as Parameters<typeof toOptions>[0], operands);
}

describe("the options of a command line", () => {
  test.each<{ line: string; options: Partial<Options> }>([
    {
      line: "build",
      options: {
        paths: ["build"],
        action: "none",
        linkElsewhere: false,
        dryRun: false,
        protect: false,
        all: false,
        kinds: [],
        include: [],
        minSize: undefined,
        followSymlinks: false,
        scope: "tree",
        mtime: "oldest",
        hashes: false,
      },
    },
    { line: "a b", options: { paths: ["a", "b"] } },
    { line: "--hardlink build", options: { action: "hardlink", dryRun: false } },
    { line: "--hardlink -n build", options: { action: "hardlink", dryRun: true } },
    { line: "--reflink build", options: { action: "reflink", linkElsewhere: false } },
    { line: "--reflink --hardlink build", options: { action: "reflink", linkElsewhere: true } },
    { line: "--hardlink --protect build", options: { protect: true } },
    { line: "--reflink --verify true build", options: { verify: "true" } },
    { line: "--check build", options: { action: "none" } },
    { line: "-a build", options: { all: true } },
    { line: "-k object -k wasm build", options: { kinds: ["object", "wasm"] } },
    { line: "-i *.o -i x -x y build", options: { include: ["*.o", "x"], exclude: ["y"] } },
    {
      line: "-i {a,b}[0-9].o -x a\\[ build",
      options: { include: ["{a,b}[0-9].o"], exclude: ["a\\["] },
    },
    { line: "-s 4K -S 2M build", options: { minSize: 4096, maxSize: 2_097_152 } },
    { line: "-L -e build build", options: { followSymlinks: true, within: "build" } },
    { line: "--one-file-system build", options: { oneFileSystem: true } },
    { line: "-o 0 -o 1 build", options: { variants: ["0", "1"] } },
    { line: "--variant-pattern {variant}/** b", options: { variantPatterns: ["{variant}/**"] } },
    { line: "--scope unit build", options: { scope: "unit" } },
    {
      line: "--ignore-mode --ignore-owner build",
      options: { ignoreMode: true, ignoreOwner: true },
    },
    {
      line: "--respect-time --respect-name --respect-xattrs build",
      options: { respectTime: true, respectName: true, respectXattrs: true },
    },
    {
      line: "--max-links 10 --mtime newest -j 3 build",
      options: { maxLinks: 10, mtime: "newest", jobs: 3 },
    },
    { line: "--json build", options: { hashes: true } },
  ])("$line", ({ line, options }) => {
    expect(optionsOf(line)).toMatchObject(options);
  });

  test("the paths of --files-from are no patterns", () => {
    const root = makeTree({ list: Buffer.from([0xff, 0x0a]) });
    expect(optionsOf(`--files-from ${root}/list a`)).toMatchObject({
      paths: ["a"],
      listedPaths: [Buffer.from([0xff])],
    });
  });
});

describe("a mistake names its option", () => {
  test.each([
    { line: "", says: "no path given" },
    { line: "-n build", says: "--dry-run needs --hardlink or --reflink" },
    { line: "--check --hardlink build", says: "--check cannot be used with --hardlink" },
    { line: "--check --reflink build", says: "--check cannot be used with --reflink" },
    { line: "--protect build", says: "--protect needs --hardlink" },
    { line: "--protect --reflink build", says: "--protect needs --hardlink" },
    { line: "--verify true build", says: "--verify needs --hardlink or --reflink" },
    { line: "-e x build", says: "--within needs --follow-symlinks" },
    { line: "-0 build", says: "--null needs --files-from" },
    { line: "-s x build", says: "--min-size" },
    { line: "-S x build", says: "--max-size" },
    { line: "-s 2 -S 1 build", says: "--max-size is smaller" },
    { line: "-j 0 build", says: "--jobs" },
    { line: "-j -1 build", says: "--jobs" },
    { line: "-j 1e3 build", says: "--jobs" },
    { line: "--max-links 1 build", says: "--max-links" },
    { line: "-i a[ build", says: "--include" },
    { line: "-x (a build", says: "--exclude" },
  ])("$line: $says", ({ line, says }) => {
    expect(() => optionsOf(line)).toThrow(says);
  });
});

describe("findings", () => {
  const quiet: Verification = {
    command: "make -q",
    runs: 2,
    quiet: true,
    reverted: [],
    rebuilt: [],
  };

  test.each([
    { it: "no duplicates", replaceable: 0, check: true, verification: undefined, found: false },
    { it: "duplicates", replaceable: 5, check: true, verification: undefined, found: true },
    { it: "duplicates", replaceable: 5, check: false, verification: undefined, found: false },
    { it: "a quiet build", replaceable: 0, check: false, verification: quiet, found: false },
    {
      it: "a reverted link",
      replaceable: 0,
      check: false,
      verification: { ...quiet, reverted: ["a.o"] },
      found: true,
    },
    {
      it: "a rebuilt file",
      replaceable: 0,
      check: false,
      verification: { ...quiet, rebuilt: ["a.o"] },
      found: true,
    },
    {
      it: "a build that is out of date",
      replaceable: 0,
      check: false,
      verification: { ...quiet, quiet: false },
      found: true,
    },
    {
      it: "an interrupted verification",
      replaceable: 0,
      check: false,
      verification: { ...quiet, quiet: undefined },
      found: false,
    },
  ])("$it, --check $check: $found", ({ replaceable, check, verification, found }) => {
    expect(hasFindings({ totals: { replaceable }, verification, writtenThrough: [] }, check)).toBe(
      found,
    );
  });
});
