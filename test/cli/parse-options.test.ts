import { describe, expect, test } from "vitest";
import { parseOptions } from "../../src/cli/parse-options.ts";
import { type Flags, makeProgram } from "../../src/cli/program.ts";
import type { Options } from "../../src/core/options.ts";

/** What a command line means; nothing is run. */
function meaningOf(line: string, listed: readonly Uint8Array[] = []): Options {
  const program = makeProgram("0.0.0").configureOutput({ outputError: () => {} });
  program.parse(
    line.split(" ").filter((word) => word !== ""),
    { from: "user" },
  );
  return parseOptions(program.opts<Flags>(), program.args, listed);
}

describe("a command line means", () => {
  test.each<{ line: string; options: Partial<Options> }>([
    {
      line: "build",
      options: {
        paths: ["build"],
        action: "none",
        dryRun: false,
        minSize: 1,
        scope: "tree",
        mtime: "oldest",
        hashes: false,
      },
    },
    { line: "a b", options: { paths: ["a", "b"] } },
    { line: "--hardlink build", options: { action: "hardlink", dryRun: false } },
    { line: "--hardlink -n build", options: { action: "hardlink", dryRun: true } },
    { line: "--check build", options: { action: "none" } },
    { line: "-a build", options: { all: true } },
    { line: "-k object -k wasm build", options: { kinds: ["object", "wasm"] } },
    { line: "-i *.o -i x -x y build", options: { include: ["*.o", "x"], exclude: ["y"] } },
    { line: "-s 4K -S 2M build", options: { minSize: 4096, maxSize: 2_097_152 } },
    { line: "-L -e build build", options: { followSymlinks: true, within: "build" } },
    { line: "--one-file-system build", options: { oneFileSystem: true } },
    { line: "-o 0 -o 1 build", options: { variants: ["0", "1"] } },
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
    expect(meaningOf(line)).toMatchObject(options);
  });

  test("paths of --files-from come after those of the command line", () => {
    const listed = [Buffer.from([0xff])];
    expect(meaningOf("--files-from list a", listed).paths).toEqual(["a", ...listed]);
  });

  test("a glob with a partner for every bracket, and one that is escaped", () => {
    expect(meaningOf("-i {a,b}[0-9].o -x a\\[ build")).toMatchObject({
      include: ["{a,b}[0-9].o"],
      exclude: ["a\\["],
    });
  });
});

describe("a mistake names its option", () => {
  test.each([
    { line: "-n build", says: "--dry-run" },
    { line: "--check --hardlink build", says: "--check" },
    { line: "-e x build", says: "--within" },
    { line: "-0 build", says: "--null" },
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
    expect(() => meaningOf(line)).toThrow(says);
  });
});
