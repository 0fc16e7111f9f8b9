/** Warnings about problems that the links cause in a tree, and none without a cause. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { runTrusting as run } from "../support/run.ts";
import { type Spec, emptyDir, isRoot, makeTree } from "../support/tree.ts";

interface Warning {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

const COPIES: Spec = { "dist/a.o": "\x7fELF x", "dist/b.o": "\x7fELF x" };
const LIBRARIES: Spec = { "O2/libx.a": "!<arch>\n1234", "O3/libx.a": "!<arch>\n1234" };

function warningsOf(root: string, ...options: string[]): Warning[] {
  const done = run(["--hardlink", "--json", ...options, root]);
  expect(done.code).toBe(0);
  return done.json["warnings"] as Warning[];
}

const manifest = (more: object): string => JSON.stringify({ name: "x", version: "1.0.0", ...more });

describe("a tree that npm packs", () => {
  test.each<[string, Spec, boolean]>([
    ["its list names their directory", { "package.json": manifest({ files: ["dist"] }) }, true],
    [
      "its list matches them by a glob",
      { "package.json": manifest({ files: ["./dist/**/*.o"] }) },
      true,
    ],
    ...["./", "/", "", "."].map((glob): [string, Spec, boolean] => [
      `its list names the package itself: '${glob}'`,
      { "package.json": manifest({ files: [glob] }) },
      true,
    ]),
    [
      "its list excludes the package itself",
      { "package.json": manifest({ files: ["dist", "!"] }) },
      true,
    ],
    ["its list is only '!'", { "package.json": manifest({ files: ["!"] }) }, false],
    [
      "its list repeats alternatives",
      { "package.json": manifest({ files: ["+(a|a*)z"] }), ["a".repeat(200)]: "" },
      false,
    ],
    [
      "its list is too long to be compiled",
      { "package.json": manifest({ files: Array.from({ length: 1000 }, () => "a".repeat(1000)) }) },
      true,
    ],
    ["there is no list", { "package.json": manifest({}) }, true],
    ["it is private", { "package.json": manifest({ private: true, files: ["dist"] }) }, false],
    ["its list names other files", { "package.json": manifest({ files: ["lib"] }) }, false],
    [
      "its list names only one of them",
      { "package.json": manifest({ files: ["dist/a.o"] }) },
      false,
    ],
    [
      "its list excludes one",
      { "package.json": manifest({ files: ["dist", "!dist/b.o"] }) },
      false,
    ],
    ["it has an ignore file", { "package.json": manifest({}), ".gitignore": "dist\n" }, false],
    ["it is not JSON", { "package.json": "{" }, false],
    ["there is no package", {}, false],
  ])("where %s", (_, spec, warned) => {
    const root = makeTree({ ...COPIES, ...spec });
    const warnings = warningsOf(root);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual(
      warned ? [["npm-pack", `${root}/package.json`]] : [],
    );
    if (warned) expect(warnings[0].message).toMatch(/dedupe unshare .*before npm pack/);
  });

  test("the root is below the package, also in a dry run", () => {
    const root = makeTree({ ...COPIES, "package.json": manifest({ files: ["dist"] }) });
    expect(warningsOf(`${root}/dist`, "--dry-run").map(({ code }) => code)).toEqual(["npm-pack"]);
    expect(warningsOf(`${root}/dist`).map(({ code }) => code)).toEqual(["npm-pack"]);
    expect(warningsOf(`${root}/dist`)).toEqual([]); // this run linked nothing
  });

  test("files of two packages, each with one of them", () => {
    const root = makeTree({
      "a/package.json": manifest({}),
      "a/x.o": "\x7fELF x",
      "b/package.json": manifest({}),
      "b/x.o": "\x7fELF x",
    });
    expect(warningsOf(root)).toEqual([]);
  });

  test("an installed package", () => {
    const root = makeTree({
      "node_modules/x/package.json": manifest({}),
      "node_modules/x/a.o": "\x7fELF x",
      "node_modules/x/b.o": "\x7fELF x",
    });
    expect(warningsOf(root)).toEqual([]);
  });

  test("goes to stderr, unless -q is given", () => {
    const spec = { ...COPIES, "package.json": manifest({ files: ["dist"] }) };
    expect(run(["--hardlink", makeTree(spec)]).stderr).toMatch(
      /^dedupe: warning: .*package\.json: npm pack fails .*\n$/,
    );
    expect(run(["--hardlink", "-q", makeTree(spec)]).stderr).toBe("");
  });

  test("npm pack fails on such files or packs them as links", ({ skip }) => {
    if (spawnSync("npm", ["--version"]).status !== 0) return skip("npm is not installed");
    const root = makeTree({ ...COPIES, "package.json": manifest({ files: ["dist"] }) });
    const pack = (): number | null => spawnSync("npm", ["pack", "--silent"], { cwd: root }).status;
    expect(pack()).toBe(0);
    expect(run(["--hardlink", root]).code).toBe(0);
    if (pack() !== 0) return undefined;
    const listed = execFileSync("tar", ["-tvzf", "x-1.0.0.tgz"], { cwd: root, encoding: "utf8" });
    expect(listed.split("\n").filter((line) => line.startsWith("h")).length).toBe(1);
  });
});

describe("static libraries and ar", () => {
  test.each<[string, string | undefined, boolean]>([
    ["ar adds to them", "lib.a: a.o\n\t$(AR) rcs $@ $^\n", true],
    ["ar is called by name, with flags", "lib.a: a.o\n\tar $(ARFLAGS) $@ $^\n", true],
    ["the archive is removed first", "lib.a: a.o\n\trm -f $@\n\t$(AR) rcs $@ $^\n", false],
    [
      "automake removes the archive first",
      "libx.a: a.o\n\t$(AM_V_at)-rm -f libx.a\n\t$(AM_V_AR)$(libx_a_AR) libx.a\n",
      false,
    ],
    ["ar is one of a tool chain", "lib.a: a.o\n\t@arm-none-eabi-ar -rcs $@ $^\n", true],
    ["another archive is removed first", "lib.a: a.o\n\tfirm x.a\n\tar q $@ $^\n", true],
    [
      "lines are long",
      `lib.a: a.o\n\tar ${"r".repeat(100_000)}1 ${"rm ".repeat(200_000)}\n`,
      false,
    ],
    ["ar is not called", "all:\n\techo ar\n", false],
    ["ar only lists", "all:\n\tar t lib.a\n", false],
    ["there is no Makefile", undefined, false],
  ])("where %s", (_, makefile, warned) => {
    const root = makeTree({
      ...LIBRARIES,
      ...(makefile === undefined ? {} : { Makefile: makefile }),
    });
    const warnings = warningsOf(root, "--kind", "static-library");
    expect(warnings.map(({ code, path }) => [code, path])).toEqual(
      warned ? [["archive", `${root}/Makefile`]] : [],
    );
  });

  test("no static library was linked", () => {
    const root = makeTree({ ...LIBRARIES, ...COPIES, Makefile: "lib.a: a.o\n\t$(AR) rcs $@ $^\n" });
    expect(warningsOf(root)).toEqual([]);
  });
});

const mounted: string[] = [];
afterAll(() => {
  for (const place of mounted.reverse()) spawnSync("umount", [place]);
});

/** Mounts an overlay whose lower layer has two identical objects; undefined if that is not possible here. */
function overlay(): string | undefined {
  if (!isRoot) return undefined;
  const root = emptyDir();
  if (spawnSync("mount", ["-t", "tmpfs", "tmpfs", root]).status !== 0) return undefined;
  mounted.push(root);
  fs.mkdirSync(`${root}/lower`);
  for (const name of ["a.o", "b.o"]) fs.writeFileSync(`${root}/lower/${name}`, "\x7fELF lower");
  execFileSync("sleep", ["0.05"]);
  for (const name of ["upper", "work", "merged"]) fs.mkdirSync(`${root}/${name}`);
  const layers = `lowerdir=${root}/lower,upperdir=${root}/upper,workdir=${root}/work`;
  if (spawnSync("mount", ["-t", "overlay", "overlay", "-o", layers, `${root}/merged`]).status !== 0)
    return undefined;
  mounted.push(`${root}/merged`);
  return `${root}/merged`;
}

describe("overlayfs", () => {
  test("files of a lower layer", ({ skip }) => {
    const merged = overlay();
    if (merged === undefined) return skip("cannot mount an overlay here");
    const warnings = warningsOf(merged);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual([["overlay", merged]]);
    expect(warnings[0].message).toMatch(
      /^2 linked files are in a lower layer .* copies 10 bytes up/,
    );
    expect(fs.readdirSync(`${merged}/../upper`).sort()).toEqual(["a.o", "b.o"]);
  });

  test("files of the top layer", ({ skip }) => {
    const merged = overlay();
    if (merged === undefined) return skip("cannot mount an overlay here");
    for (const name of ["c.o", "d.o"]) fs.writeFileSync(`${merged}/${name}`, "\x7fELF upper");
    expect(warningsOf(merged, "--include", "c.o", "--include", "d.o")).toEqual([]);
  });
});
