import { describe, expect, it } from "vitest";
import { type Options, resolveOptions } from "../../src/commands/options.ts";
import { classify } from "../../src/classify/classify.ts";
import { group } from "../../src/group/group.ts";
import { match } from "../../src/match/match.ts";
import { openBuildFiles } from "../../src/prerequisites/open-build-files.ts";
import { walk } from "../../src/walk/walk.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { findWriters } from "../../src/writers/find-writers.ts";
import { elf } from "../support/contents.ts";
import { type Spec, link, makeTree } from "../support/tree.ts";

interface TestOptions extends Partial<Options> {
  readonly onlyClones?: boolean;
  /** Directories of the tree; default: all of it. */
  readonly roots?: readonly string[];
}

const GCC = "GCC: (Debian 12.2.0-14) 12.2.0";
const object = elf("object", "code", { comments: [GCC] });
const anonymous = elf("object", "code");

/** Why paths stay apart: reason and message, by path. */
async function apartIn(spec: Spec, options: TestOptions = {}): Promise<Record<string, string>> {
  const root = makeTree(spec);
  const { onlyClones = false, roots = [""], ...others } = options;
  const paths = roots.map((dir) => `${root}/${dir}`.replace(/\/$/, ""));
  const settings = { ...resolveOptions({ paths, jobs: 1, ...others }), onlyClones };
  const pool = new WorkerPool(1);
  try {
    const tree = await walk(settings, pool);
    const groups = group(tree.files);
    const sets = await match(tree.files, groups, { ...settings, findProducers: true }, pool);
    const files = tree.files.withKinds(groups.kinds).withKinds(sets.kinds);
    const { apart } = await findWriters(
      { files, sets, classification: classify(files, settings) },
      openBuildFiles(tree, settings),
      { ...settings, touched: [] },
      pool,
    );
    return Object.fromEntries(
      Array.from(apart, ([row, { reason, why }]) => [
        files.path(row).slice(root.length + 1),
        `${reason}: ${why.replaceAll(`${root}/`, "")}`,
      ]),
    );
  } finally {
    await pool.close();
  }
}

const twins = (content: string | Uint8Array, ...names: string[]): Spec =>
  Object.fromEntries(names.map((name) => [name, content]));

describe("rules that write in place", () => {
  const COPIED = { ...twins(object, "a.o", "b.o"), Makefile: "b.o: a.o\n\tcp a.o b.o\n" };
  const MESSAGE =
    "in-place-kind: its rule in Makefile writes it in place (cp), so a rebuild would change every link to it; use install, or run dedupe unshare before the build";

  it.each<[string, Spec, TestOptions, Record<string, string>]>([
    ["by default", COPIED, {}, { "b.o": MESSAGE }],
    ["where only equal times are linked", COPIED, { respectTime: true }, { "b.o": MESSAGE }],
    ["where the kind is named", COPIED, { kinds: ["object"] }, { "b.o": MESSAGE }],
    ["where every file is selected", COPIED, { all: true, include: ["*.o"] }, { "b.o": MESSAGE }],
    ["not for clones", COPIED, { onlyClones: true }, {}],
    ["not in a finished tree", COPIED, { final: true }, {}],
    ["not if the user says otherwise", COPIED, { writers: ["cp=replace"] }, {}],
    [
      "for a kind that is not linked by default, too",
      { ...twins("!<arch>\n", "a.a", "b.a"), Makefile: "b.a: a.a\n\tcp a.a b.a\n" },
      { kinds: ["static-library"] },
      { "b.a": MESSAGE },
    ],
    [
      "not for a rule that removes the file",
      { ...twins(object, "a.o", "b.o"), Makefile: "b.o:\n\trm -f $@; cp a.o $@\n" },
      {},
      {},
    ],
    [
      "for every hard link of a file",
      { ...COPIED, "c.o": link("b.o") },
      {},
      {
        "b.o": MESSAGE,
        "c.o": MESSAGE.replace("its rule", "it is a hard link of b.o, which stays apart: its rule"),
      },
    ],
    [
      "in a Makefile above",
      { ...twins(object, "out/x/a.o", "out/x/b.o"), Makefile: "out/%/b.o:\n\tcp a $@\n" },
      {},
      { "out/x/b.o": MESSAGE },
    ],
    [
      "in an included Makefile",
      { ...COPIED, Makefile: "include mk/*.mk\n", "mk/a.mk": "b.o: a.o\n\tcp a.o b.o\n" },
      {},
      { "b.o": MESSAGE },
    ],
    [
      "in a Makefile with another name",
      { ...COPIED, Makefile: "", "build.mk": "b.o: a.o\n\tcp a.o b.o\n" },
      {},
      { "b.o": MESSAGE.replace("Makefile", "build.mk") },
    ],
    [
      "in a rule that a template makes",
      {
        ...twins(object, "a.o", "O2/b.o", "O3/b.o"),
        Makefile:
          "define RULE\nO$(1)/b.o: a.o\n\tmkdir -p O$(1)\n\tcp $$< $$@\nendef\n$(foreach v,2 3,$(eval $(call RULE,$v)))\n",
      },
      {},
      { "O2/b.o": MESSAGE, "O3/b.o": MESSAGE },
    ],
    [
      "in a recipe that a variable holds",
      { ...COPIED, Makefile: "define copy\n@echo copy\n@cp $< $@\nendef\nb.o: a.o\n\t$(copy)\n" },
      {},
      { "b.o": MESSAGE },
    ],
  ])("keep a file apart %s", async (_, spec, options, expected) => {
    expect(await apartIn(spec, options)).toEqual(expected);
  });
});

describe("rules of Makefiles in other directories", () => {
  const OBJECTS = twins(object, "src/a.o", "out/a.o", "out/b.o");
  const inPlace = (...names: string[]): Record<string, string> =>
    Object.fromEntries(
      names.map((name) => [
        name,
        "in-place-kind: its rule in src/Makefile writes it in place (cp), so a rebuild would change every link to it; use install, or run dedupe unshare before the build",
      ]),
    );

  it.each<[string, Spec, Record<string, string>]>([
    ["a relative path", { Makefile: "all: a.o\n\tcp a.o ../out/a.o\n" }, inPlace("out/a.o")],
    ["a relative target", { Makefile: "../out/a.o: a.o\n\tcp $< $@\n" }, inPlace("out/a.o")],
    ["a variable", { Makefile: "all: a.o\n\tcp a.o $(OUT)/a.o\n" }, inPlace("out/a.o")],
    [
      "a directory",
      { Makefile: "all: a.o\n\tcp -r a.o ../out/.\n" },
      inPlace("out/a.o", "out/b.o"),
    ],
    [
      "a target with a variable",
      { Makefile: "$(OUT)/%.o: %.o\n\tcp $< $@\n" },
      inPlace("out/a.o", "src/a.o"),
    ],
    ["a default", { Makefile: "OUT ?= ../out\n$(OUT)/a.o: a.o\n\tcp $< $@\n" }, inPlace("out/a.o")],
    [
      "only its own files",
      { Makefile: "a.o: c.o\n\tcp $< $@\n%.o: %.asm\n\tnasm $<\n" },
      inPlace("src/a.o"),
    ],
    ["files that it replaces", { Makefile: "all: a.o\n\tinstall a.o $(OUT)/a.o\n" }, {}],
    [
      "a path of ninja",
      { "build.ninja": "rule cp\n  command = cp $in $out\nbuild ../out/b.o: cp a.o\n" },
      { "out/b.o": inPlace("x").x.replace("Makefile", "build.ninja") },
    ],
  ])("count for %s", async (_, rules, expected) => {
    const spec = Object.fromEntries(
      Object.entries(rules).map(([name, text]) => [`src/${name}`, text]),
    );
    expect(await apartIn({ ...OBJECTS, ...spec })).toEqual(expected);
  });
});

describe("a file is linked only if what writes it is known to replace it", () => {
  const pair = (makefile: string, content: string | Uint8Array = anonymous): Spec => ({
    ...twins(content, "a.o", "b.o"),
    Makefile: makefile,
  });
  const HOW = "to link it, use --kind object or --final if the tree is no longer built";

  it.each<[string, Spec, TestOptions, Record<string, string>]>([
    ["by the compiler that it names", twins(object, "a.o", "b.o"), {}, {}],
    [
      "not if nothing is known",
      twins(anonymous, "a.o", "b.o"),
      {},
      twins(
        `unknown-writer: it is not known what writes it: no build rule was found for it, and its content names no tool; ${HOW}`,
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
    ["but if the kind is named", twins(anonymous, "a.o", "b.o"), { kinds: ["object"] }, {}],
    ["but if all files are selected", twins(anonymous, "a.o", "b.o"), { all: true }, {}],
    ["but if a pattern selects it", twins(anonymous, "a.o", "b.o"), { include: ["*.o"] }, {}],
    ["but in a finished tree", twins(anonymous, "a.o", "b.o"), { final: true }, {}],
    ["but if all commands replace", twins(anonymous, "a.o", "b.o"), { writers: ["*=replace"] }, {}],
    ["by its rule", pair("%.o: %.c\n\t$(CC) -c $< -o $@\n"), {}, {}],
    [
      "not by a rule with an unknown command, whatever it names",
      pair("b.o: a.o\n\t./gen.sh $< $@\na.o:\n\tcc -c a.c\n", object),
      {},
      {
        "b.o": `unknown-writer: its rule in Makefile runs gen.sh, which is not known to replace an existing file; ${HOW.replace("--kind", "--writer gen.sh=replace if it does, --kind")}`,
      },
    ],
    [
      "by a command that the user knows",
      pair("b.o: a.o\n\t./gen.sh $< $@\n", object),
      { writers: ["gen.sh=replace"] },
      {},
    ],
    [
      "not by a command that only make can expand",
      pair("b.o: a.o\n\t$(shell which cc) -c x.c -o $@\n", object),
      {},
      {
        "b.o": `unknown-writer: its rule in Makefile runs a command that only make can expand, so it is not known whether it replaces an existing file; ${HOW}`,
      },
    ],
    [
      "not if the file names another tool",
      pair(
        "b.o: a.o\n\tgcc -r a.o -o $@\na.o:\n\tgcc -c a.c\n",
        elf("object", "x", { comments: ["mold 1.10.1", GCC] }),
      ),
      {},
      twins(
        `unknown-writer: its rule in Makefile runs gcc, but its content was written by mold, which does not replace an existing file; ${HOW.replace("--kind", "--writer mold=replace if it does, --kind")}`,
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
    [
      "by a ninja rule",
      {
        ...twins(anonymous, "a.o", "b.o", "c.o"),
        "build.ninja":
          "cc = ccache gcc\nrule cc\n  command = $cc -MMD -MF $out.d -c $in -o $out $flags\nrule as\n  command = nasm -o $out $in\nbuild a.o: cc a.c\n  flags = -O2\nbuild b.o: cc b.c\nbuild c.o: as c.asm\n",
      },
      {},
      {
        "c.o":
          "in-place-kind: its rule in build.ninja writes it in place (nasm), so a rebuild would change every link to it; use install, or run dedupe unshare before the build",
      },
    ],
    [
      "by a ninja rule in a file that is included",
      {
        ...twins("!<arch>\n", "liba.a", "libb.a"),
        "build.ninja":
          "include rules.ninja\nbuild liba.a: AR a.o\nbuild libb.a: AR b.o\n  TARGET = libb.a\n",
        "rules.ninja":
          "TARGET = liba.a\nrule AR\n  command = : && cmake -E rm -f $TARGET && ar qc $TARGET $in && ranlib $TARGET && :\n",
      },
      {},
      {},
    ],
    [
      "by CMake's link script",
      {
        ...twins("!<arch>\n", "build/liba.a", "build/libb.a"),
        "build/Makefile": "",
        "build/CMakeFiles/a.dir/build.make":
          "liba.a: a.o\n\t$(CMAKE_COMMAND) -P CMakeFiles/a.dir/cmake_clean_target.cmake\n\t$(CMAKE_COMMAND) -E cmake_link_script CMakeFiles/a.dir/link.txt --verbose=$(VERBOSE)\n",
        "build/CMakeFiles/a.dir/link.txt": "/usr/bin/ar qc liba.a a.o\n/usr/bin/ranlib liba.a\n",
        "build/CMakeFiles/b.dir/build.make":
          "libb.a: b.o\n\t$(CMAKE_COMMAND) -E cmake_link_script CMakeFiles/b.dir/link.txt --verbose=$(VERBOSE)\n",
        "build/CMakeFiles/b.dir/link.txt": "/usr/bin/ar qc libb.a b.o\n/usr/bin/ranlib libb.a\n",
      },
      {},
      {
        "build/libb.a":
          "in-place-kind: its rule in build/CMakeFiles/b.dir/build.make writes it in place (ar), so a rebuild would change every link to it; use install, or run dedupe unshare before the build",
      },
    ],
    [
      "by libtool, which removes its outputs",
      {
        ...twins("!<arch>\n", "x/.libs/liba.a", "y/.libs/liba.a"),
        "x/Makefile": "liba.la: a.lo\n\t$(LIBTOOL) --mode=link gcc -o $@ a.lo\n",
        "y/Makefile": "liba.la: a.lo\n\t/bin/sh ./libtool --tag=CC --mode=link gcc -o $@ a.lo\n",
      },
      {},
      {},
    ],
    [
      "not if its command only touches what is up to date",
      pair("%.o: %.hs\n\tghc -c $<\n", elf("object", "x", { comments: ["GHC 9.0.2"] })),
      {},
      twins(
        "in-place-kind: its rule in Makefile runs ghc, which only updates the time of a file that is up to date, so that every link to it would look newer than it is",
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
    [
      "not if the rules cannot be read",
      { ...pair(""), Makefile: "a.o: a\0.c\n" },
      {},
      twins(
        `unknown-writer: it is not known what writes it, as Makefile cannot be read; ${HOW}`,
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
    [
      "not if included rules cannot be read",
      { ...pair("include r.inc\n", object), "r.inc": "a.o: a\0.c\n" },
      {},
      twins(
        `unknown-writer: it is not known what writes it, as Makefile cannot be read; ${HOW}`,
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
    [
      "not if rules that ninja includes cannot be read",
      {
        ...twins(object, "a.o", "b.o"),
        "build.ninja": "include r.inc\n",
        "r.inc": "build a.o: cc a\0.c\n",
      },
      {},
      twins(
        `unknown-writer: it is not known what writes it, as build.ninja cannot be read; ${HOW}`,
        "a.o",
        "b.o",
      ) as Record<string, string>,
    ],
  ])("%s", async (_, spec, options, expected) => {
    expect(await apartIn(spec, options)).toEqual(expected);
  });

  it.each<[string, Spec, Record<string, string>]>([
    ["a session", {}, {}],
    [
      "a session, unless another path is written in place",
      { "deps/a.o": link("incremental/x-1/s-a-b-c/x.o") },
      {
        "deps/a.o": "in-place-kind: it was written by rustc, which writes into the existing file",
        "incremental/x-1/s-a-b-c/x.o": "in-place-kind: it is a hard link of deps/a.o",
      },
    ],
  ])("objects of rustc in a directory of %s", async (_, spec, expected) => {
    const rustc = elf("object", "code", { comments: ["rustc version 1.95.0 (x)"] });
    const sessions = ["incremental/x-1/s-a-b-c/x.o", "incremental/x-1/s-d-e-f/x.o"];
    const apart = await apartIn({ ...twins(rustc, ...sessions), ...spec });
    expect(Object.keys(apart).toSorted()).toEqual(Object.keys(expected));
    for (const [path, why] of Object.entries(expected)) expect(apart[path]).toContain(why);
  });

  const GO = elf("executable", "code", { sections: [".go.buildinfo"] });
  const TOUCHED =
    "in-place-kind: it was written by go, which only updates the time of a file that is up to date, so that every link to it would look newer than it is, and READER may have its time compared; if the tree is no longer built, use --final";

  it.each<[string, Spec, string | undefined]>([
    ["no build files", {}, undefined],
    ["depfiles", { "x.d": "x.o: x.c\n" }, undefined],
    [
      "a Makefile",
      { Makefile: "build:\n\tgo build -o a/app . && go build -o b/app .\n" },
      undefined,
    ],
    ["variables", { Makefile: "N = tool\nX ?= 1\nbuild: $(N) $(N)-$(X)\n" }, undefined],
    ["a phony target", { Makefile: ".PHONY: app\napp: main.go\n\tgo build -o a/app\n" }, undefined],
    ["an order-only prerequisite", { Makefile: "all: main.go | a/app\n" }, undefined],
    ["included settings", { Makefile: "-include .env\n", ".env": "A=1\n" }, undefined],
    ["settings that are no rules", { Makefile: "export A\nifeq ($(B),$(C))\nendif\n" }, undefined],
    ["a target", { Makefile: "c/app: main.go\n\tgo build -o $@\n" }, "Makefile"],
    ["a prerequisite", { Makefile: "package.tar: a/app\n\ttar -cf $@ $^\n" }, "Makefile"],
    ["a prerequisite, by another path", { "c/Makefile": "x: ../a/app\n" }, "c/Makefile"],
    ["VPATH", { Makefile: "VPATH = a\nx: app\n" }, "Makefile"],
    ["a pattern", { Makefile: "%: %.go\n\tgo build -o $@ $<\n" }, "Makefile"],
    ["a pattern's prerequisite", { Makefile: "%.tar: a/%\n\ttar -cf $@ $^\n" }, "Makefile"],
    ["a static pattern", { Makefile: "x.tar: %.tar: a/%p\n" }, "Makefile"],
    ["a variable", { Makefile: "A = a\nB = $(A)pp\nx: a/$(B)\n" }, "Makefile"],
    ["a variable that nothing sets", { Makefile: "x: $(PROGRAMS)\n" }, "Makefile"],
    ["a glob", { Makefile: "x: a/*\n" }, "Makefile"],
    ["a prerequisite that only make knows", { Makefile: "x: $(wildcard a/*)\n" }, "Makefile"],
    ["a target that only make knows", { Makefile: "$(shell ls a): x\n" }, "Makefile"],
    ["rules that only make knows", { Makefile: "$(RULES)\n" }, "Makefile"],
    ["a rule that only make knows", { Makefile: "$(if $(X),app: x)\n" }, "Makefile"],
    ["conditions with colons", { Makefile: "ifeq ($(A:x=y),$(B))\nendif\n" }, undefined],
    ["rules that $(eval) makes", { Makefile: "$(eval $(foreach a,x,app: y))\n" }, "Makefile"],
    ["a file that only make can include", { Makefile: "include $(shell ls)\n" }, "Makefile"],
    ["a file that it includes", { Makefile: "include x.inc\n", "x.inc": "x: app\n" }, "Makefile"],
    ["a file that cannot be read", { "c/Makefile": "x\0\n" }, "c/Makefile"],
    ["a file for make -f", { "x.mk": "x: app\n" }, "x.mk"],
    ["ninja", { "out/build.ninja": "" }, "out/build.ninja"],
    ["Task", { "Taskfile.yml": "" }, "Taskfile.yml"],
    ["Mage", { "magefile.go": "" }, "magefile.go"],
  ])("programs of Go, which may be touched: %s", async (_, spec, reader) => {
    const apart = await apartIn({ ...twins(GO, "a/app", "b/app"), "go.mod": "", ...spec });
    const expected =
      reader === undefined ? {} : twins(TOUCHED.replace("READER", reader), "a/app", "b/app");
    expect(apart).toEqual(expected);
  });

  it.each<[string, Spec, string | undefined]>([
    ["a project without rules", { "go.mod": "", "src/main.go": "" }, undefined],
    ["a Makefile above that names others", { "go.mod": "", Makefile: "x: y\n" }, undefined],
    ["a Makefile above", { "go.mod": "", Makefile: "x: app\n" }, "Makefile"],
    ["a Makefile in another directory", { "go.mod": "", "src/Makefile": "" }, "src/Makefile"],
    ["one of another project", { "go.mod": "", "vendor/x/Makefile": "" }, undefined],
    ["an included one", { "go.mod": "", "src/x.mk": "" }, "src/x.mk"],
    ["another tool above", { "go.work": "", Rakefile: "" }, "Rakefile"],
    [
      "another tool in another directory",
      { ".git/x": "", "src/Taskfile.yml": "" },
      "src/Taskfile.yml",
    ],
  ])(
    "programs of Go, which may be touched, in a part of a project: %s",
    async (_, spec, reader) => {
      const tree = { ...twins(GO, "out/a/app", "out/b/app"), ...spec };
      const apart = await apartIn(tree, { roots: ["out"] });
      const messages = Object.values(apart);
      expect(messages.length).toBe(reader === undefined ? 0 : 2);
      for (const message of messages) expect(message).toContain(`and ${reader} may have its time`);
    },
  );

  it("programs of Go that belong to no project stay apart", async () => {
    const apart = await apartIn({ ...twins(GO, "out/a", "out/b"), "src/go.mod": "" });
    expect(Object.keys(apart)).toEqual(["out/a", "out/b"]);
    expect(apart["out/a"]).toContain("neither its directory nor any above has .git");
  });

  it("programs of Go stay apart from their links that a rule looks at", async () => {
    const spec = {
      ...twins(GO, "a/app", "b/app"),
      "go.mod": "",
      "a/tool": link("a/app"),
      Makefile: "x: tool\n",
    };
    const apart = await apartIn(spec);
    expect(Object.keys(apart).toSorted()).toEqual(["a/app", "a/tool"]);
    expect(apart["a/app"]).toContain("it is a hard link of a/tool, which stays apart");
  });

  it("programs of Go are linked whatever looks at their times if the user says so", async () => {
    const spec = { ...twins(GO, "a/app", "b/app"), Makefile: "x: app\n" };
    expect(await apartIn(spec, { writers: ["go=replace"] })).toEqual({});
  });

  const KBUILD = {
    "lib/Makefile": "%.o: %.c FORCE\n\t$(call if_changed_dep,cc_o_c)\n",
    ...twins(anonymous, "lib/a.o", "lib/b.o"),
  };
  const IN_PLACE = "writes it in place (ar), so a rebuild would change every link to it";
  const CANNOT_EXPAND = "its rule in lib/Makefile runs a command that only make can";

  it.each<[string, Spec, Record<string, string>]>([
    ["the command", { "lib/.a.o.cmd": "cmd_lib/a.o := gcc -c -o lib/a.o lib/a.c\n" }, {}],
    [
      "the command, as Linux names it since 6.4",
      { "lib/.a.o.cmd": "savedcmd_lib/a.o := ld -r -o lib/a.o @lib/a.mod\n" },
      {},
    ],
    [
      "the command, with escapes for make",
      {
        "lib/.a.o.cmd":
          "cmd_lib/a.o := gcc -D'N=\"a\"' -D'M=\\\#' -DP=$(pound) -DD='$$' -c -o lib/a.o lib/a.c\n",
      },
      {},
    ],
    ["a path", { "lib/.a.o.cmd": "cmd_a.o := gcc -c -o a.o a.c\n" }, {}],
    [
      "a file that is removed before",
      { "lib/.a.o.cmd": "cmd_lib/a.o := rm -f lib/a.o; ar rcs lib/a.o\n" },
      {},
    ],
    ["a write in place", { "lib/.a.o.cmd": "cmd_lib/a.o := ar rcs lib/a.o\n" }, { a: IN_PLACE }],
    [
      "an unknown command",
      { "lib/.a.o.cmd": "cmd_lib/a.o := ./gen.sh lib/a.o\n" },
      { a: "its rule in lib/.a.o.cmd runs gen.sh, which is not known to replace" },
    ],
    [
      "another output",
      { "lib/.a.o.cmd": "cmd_lib/a.o := gcc -c -o lib/.tmp_a.o lib/a.c\n" },
      { a: CANNOT_EXPAND },
    ],
    [
      "the output of another directory",
      { "lib/.a.o.cmd": "cmd_usr/a.o := gcc -c -o usr/a.o usr/a.c\n" },
      { a: CANNOT_EXPAND },
    ],
    [
      "nothing that can be read",
      { "lib/.a.o.cmd": "cmd_lib/a.o := gcc\0\n" },
      { a: "it is not known what writes it, as lib/.a.o.cmd cannot be read" },
    ],
    [
      "a command, but a Makefile writes in place",
      {
        "lib/.a.o.cmd": "cmd_lib/a.o := gcc -c -o lib/a.o lib/a.c\n",
        Makefile: "lib/a.o:\n\tar rcs $@\n",
      },
      { a: IN_PLACE },
    ],
  ])("by what kbuild has recorded: %s", async (_, records, { a, b = CANNOT_EXPAND }) => {
    const apart = await apartIn({ ...KBUILD, ...records });
    expect(apart["lib/a.o"] ?? "").toContain(a ?? "");
    expect("lib/a.o" in apart).toBe(a !== undefined);
    expect(apart["lib/b.o"]).toContain(b);
  });

  it("of several pattern rules, those count whose prerequisites exist", async () => {
    const spec = {
      ...twins(anonymous, "x/a.o", "y/a.o", "x/b.o", "y/b.o"),
      "x/a.c": "",
      "y/a.c": "",
      "x/b.asm": "",
      Makefile: "%.o: %.asm\n\tnasm $< -o $@\n%.o: %.c\n\tgcc -c $< -o $@\n",
    };
    expect(Object.keys(await apartIn(spec))).toEqual(["x/b.o", "y/b.o"]);
  });

  it.each([100, 30_000, 40_000, 300_000])(
    "by its producer, with %i bytes of code",
    async (size) => {
      const program = elf("executable", "x".repeat(size), { comments: [GCC] });
      expect(await apartIn(twins(program, "a", "b"))).toEqual({});
    },
  );
});
