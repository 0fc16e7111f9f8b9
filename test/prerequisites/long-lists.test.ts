/** How many calls long lists of paths cost. */
import { afterEach, expect, test, vi } from "vitest";
import { disk } from "../../src/fs/disk.ts";
import { BuildFileIndex } from "../../src/prerequisites/build-file-index.ts";
import { outermostOf } from "../../src/prerequisites/paths.ts";
import { trustedOwners } from "../../src/prerequisites/trusted-owners.ts";
import { findRoots } from "../../src/walk/roots.ts";
import { makeTree } from "../support/tree.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const LONG = Array.from({ length: 1000 }, (_, i) => `${i}.o`);

test("a listed file is looked up once", async () => {
  const root = makeTree(Object.fromEntries(LONG.map((name) => [name, name])));
  const calls = [vi.spyOn(disk, "lstat"), vi.spyOn(disk, "stat"), vi.spyOn(disk, "realPath")];
  const paths = LONG.map((name) => `${root}/${name}`);
  const { files } = await findRoots({ paths, firstListed: 0 });
  expect(files.map(({ dir, names }) => [dir, names.size])).toEqual([[root, LONG.length]]);
  expect(calls.map(({ mock }) => mock.calls.length)).toEqual([LONG.length, 0, 0]);
});

test("build files above listed files are looked for once in a directory", () => {
  const exists = vi.spyOn(disk, "exists").mockReturnValue(false);
  const callsFor = (names: readonly string[]): number => {
    exists.mockClear();
    const index = new BuildFileIndex([], new Set(names.map((name) => `/no/such/${name}`)), "/");
    expect(index.isEmpty).toBe(true);
    return exists.mock.calls.length;
  };
  expect(callsFor(LONG.slice(0, 1))).toBeGreaterThan(0);
  expect(callsFor(LONG)).toBe(callsFor(LONG.slice(0, 1)));
});

test("the owners of listed files are looked up once, when a build file is another user's", () => {
  const lstat = vi.spyOn(disk, "lstat");
  const stat = vi.spyOn(disk, "stat");
  const isTrusted = trustedOwners(new Set(LONG.map((name) => `/no/such/tree/${name}`)));
  const calls = (): number => lstat.mock.calls.length + stat.mock.calls.length;
  isTrusted("/no/such/tree/Makefile", { uid: 0n });
  expect(calls()).toBe(0);
  for (let i = 0; i < 10; i += 1) isTrusted("/no/such/tree/Makefile", { uid: 12_345n });
  expect(calls()).toBeLessThanOrEqual(LONG.length + 10);
});

test.each([
  { dirs: ["/a"], dir: "/a", outermost: "/a" },
  { dirs: ["/a/b", "/a"], dir: "/a/b/c", outermost: "/a" },
  { dirs: ["/a/b"], dir: "/a/bc", outermost: undefined },
  { dirs: ["/"], dir: "/a", outermost: "/" },
  { dirs: ["b"], dir: "b/c", outermost: "b" },
  { dirs: [], dir: "/a", outermost: undefined },
])("the outermost of $dirs above $dir is $outermost", ({ dirs, dir, outermost }) => {
  expect(outermostOf(new Set(dirs), dir)).toBe(outermost);
});
