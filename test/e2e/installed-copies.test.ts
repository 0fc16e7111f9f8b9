/** A build's outputs are not linked with their installed copies; copies among each other, and builds, are. */
import { describe, expect, it } from "vitest";
import { elf } from "../support/contents.ts";
import { run } from "../support/run.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const program = elf("executable", "code", { comments: ["GCC: (Debian 12.2.0-14) 12.2.0"] });
const BUILD_RULE = "app: app.c\n\tgcc -o $@ $<\n";
const same = (...names: string[]): Spec => Object.fromEntries(names.map((name) => [name, program]));

/** The paths that share an inode, each set with its paths in order, and the reason of every path left alone. */
function link(spec: Spec, ...options: string[]): { sets: string[][]; apart: string[] } {
  const root = makeTree(spec);
  const { json } = run(["--hardlink", "--json", ...options, root]);
  const name = (path: string): string => path.slice(root.length + 1);
  const sets = new Map<string, string[]>();
  for (const { kept, replaced } of json.sets)
    for (const { path, to = kept, outcome } of replaced)
      if (outcome === "replaced") sets.set(to, [...(sets.get(to) ?? [to]), path]);
  return {
    sets: [...sets.values()].map((paths) => paths.map(name).sort()),
    apart: json.skipped.map(({ path, reason }) => `${name(path)}: ${reason}`),
  };
}

describe("an installed copy", () => {
  it.each<[string, Spec]>([
    [
      "by a rule",
      { "b/Makefile": `${BUILD_RULE}install: app\n\tinstall app $(DESTDIR)/usr/bin\n` },
    ],
    [
      "by a loop of automake",
      {
        "b/Makefile": `${BUILD_RULE}install-binPROGRAMS: $(bin_PROGRAMS)\n\tfor p in $$list; do $(INSTALL_PROGRAM) $$p "$(DESTDIR)$(bindir)"; done\n`,
      },
    ],
    [
      "by a script",
      { "b/Makefile": `${BUILD_RULE}install: app\n\t$(srcdir)/install.sh $(PREFIX)\n` },
    ],
    [
      "by libtool",
      {
        "b/Makefile": `${BUILD_RULE}install:\n\t$(LIBTOOL) --mode=install $(INSTALL) app $(bindir)/app\n`,
      },
    ],
    ["by CMake", { "b/build.ninja": "", "b/install_manifest.txt": "/usr/bin/app\n" }],
    ["by CMake, a component", { "b/Makefile": "", "b/install_manifest_x.txt": "/usr/bin/app" }],
    [
      "by meson",
      { "b/build.ninja": "", "b/meson-logs/install-log.txt": "# made by meson\n/usr/bin/app\n" },
    ],
    [
      "whose build has no rule for the file",
      { "b/Makefile": "PREFIX = /usr\ninstall:\n\tinstall app $(PREFIX)/bin\n" },
    ],
  ])("%s", (_, build) => {
    const tree = { ...same("b/app", "stage/usr/bin/app", "other/usr/bin/app"), ...build };
    const copies = ["other/usr/bin/app", "stage/usr/bin/app"];
    expect(link(tree)).toEqual({ sets: [copies], apart: [`${copies[0]}: installed`] });
    const all = [["b/app", ...copies]];
    expect(link(tree, "--final").sets).toEqual(all);
    expect(link(tree, "--kind", "executable").sets).toEqual(all);
  });

  it("below the directory of the build", () => {
    const tree = {
      ...same("app", "stage/bin/app"),
      Makefile: `PREFIX = /usr\n${BUILD_RULE}install:\n\tinstall app $(PREFIX)/bin\n`,
    };
    expect(link(tree)).toEqual({ sets: [], apart: ["stage/bin/app: installed"] });
  });

  it.each([
    ["cp", "cp -f app $(PREFIX)/bin/app"],
    ["a loop", "for i in app; do cp $$i $(PREFIX)/bin; done"],
    ["libtool", "$(LIBTOOL) --mode=install cp app.la $(PREFIX)/bin/app.la"],
  ])("shares with no other copy if %s writes into it", (_, recipe) => {
    const tree = {
      ...same("b/app", "stage/bin/app", "other/bin/app"),
      "b/Makefile": `PREFIX = /usr\n${BUILD_RULE}install: app\n\t${recipe}\n`,
    };
    const apart = ["other/bin/app: in-place-kind", "stage/bin/app: in-place-kind"];
    expect(link(tree)).toEqual({ sets: [], apart });
  });

  it.each<[string, Spec]>([
    [
      "two builds of one source",
      { "x/Makefile": `${BUILD_RULE}install:\n\tcp app /opt\n`, "y/Makefile": BUILD_RULE },
    ],
    ["a copy that a rule makes", { Makefile: "y/app: x/app\n\tinstall x/app y/app\n" }],
    [
      "CMake's rule for installing, which has not run",
      { "x/Makefile": `${BUILD_RULE}install:\n\tcmake -P cmake_install.cmake\n` },
    ],
    ["a rule that removes", { "x/Makefile": `${BUILD_RULE}uninstall:\n\trm -f $(BIN)/app\n` }],
  ])("is none: %s", (_, build) => {
    expect(link({ ...same("x/app", "y/app"), ...build })).toEqual({
      sets: [["x/app", "y/app"]],
      apart: [],
    });
  });
});

describe("a copy that no rule makes", () => {
  const module = elf("shared-library", "code", { comments: ["GCC: (Debian 12.2.0-14) 12.2.0"] });
  const file = (content: Uint8Array, ...names: string[]): Spec =>
    Object.fromEntries(
      names.map((name, i) => [name, { content, mtime: BigInt(1_700_000_000 + i) * 10n ** 9n }]),
    );

  it.each<[string, Spec, string[][], string[]]>([
    ["in a package", file(program, "build/app", "pkg/app"), [], ["pkg/app"]],
    ["in a package, older", file(program, "pkg/app", "build/app"), [], ["build/app"]],
    ["in an installation", file(program, "build/app", "root/bin/app"), [], ["root/bin/app"]],
    ["at another depth", file(program, "build/app", "out/x/tools/app"), [], ["out/x/tools/app"]],
    ["at another depth, older", file(program, "o/x/y/app", "build/app"), [], ["build/app"]],
    [
      "of a library",
      file(module, "b/libx.so", "stage/usr/lib/libx.so"),
      [],
      ["stage/usr/lib/libx.so"],
    ],
    [
      "of what a rule makes",
      { ...file(program, "z/t/app", "app"), "z/t/Makefile": BUILD_RULE },
      [],
      ["app"],
    ],
    [
      "in two packages",
      file(program, "b/app", "stage1/usr/bin/app", "stage2/usr/bin/app", "dist/app"),
      [["stage1/usr/bin/app", "stage2/usr/bin/app"]],
      ["dist/app", "stage1/usr/bin/app"],
    ],
  ])("stays apart: %s", (_, tree, sets, apart) => {
    expect(link(tree)).toEqual({ sets, apart: apart.map((path) => `${path}: installed`) });
    const all = [
      Object.keys(tree)
        .filter((path) => !path.endsWith("Makefile"))
        .sort(),
    ];
    expect(link(tree, "--final").sets).toEqual(all);
    expect(link(tree, "-k", "executable", "-k", "shared-library").sets).toEqual(all);
  });

  it.each<[string, Spec]>([
    ["variants", file(program, "O2/app", "O3/app")],
    ["variants at different depths", file(program, "build/app", "build/debug/app")],
    ["checkouts", file(program, "a/build/bin/app", "b/build/bin/app")],
    ["packages", file(program, "pkg1/usr/bin/app", "pkg2/usr/bin/app")],
    ["programs of one directory", file(program, "build/t1", "build/t2")],
    [
      "objects",
      file(elf("object", "c", { comments: ["GCC: (GNU) 12"] }), "a.o", "x/usr/lib/y/b.o"),
    ],
  ])("is none: %s", (_, tree) => {
    expect(link(tree)).toEqual({ sets: [Object.keys(tree).sort()], apart: [] });
  });

  it("is none: two roots", () => {
    const root = makeTree(file(program, "x/y/out/app", "z/out/app"));
    const roots = ["x/y/out", "z/out"].map((dir) => `${root}/${dir}`);
    expect(run(["--hardlink", "--json", ...roots]).json.totals.replaced).toBe(1);
  });
});
