/**
 * Finds the prerequisites of outputs in the files that real build tools leave behind.
 *
 * @module-tag slow
 */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { BuildFileDir } from "../../src/core/model.ts";
import { finish } from "../../src/core/slices.ts";
import { isBuildFile } from "../../src/artifacts/build-files.ts";
import { PrerequisiteLookup } from "../../src/prerequisites/prerequisite-lookup.ts";
import { installed } from "../support/installed.ts";
import { filesIn } from "../support/snapshot.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const C: Spec = {
  "src/foo.c": '#include "foo.h"\nint foo(void) { return FOO; }\n',
  "src/foo.h": "#define FOO 1\n",
  "src/main.c": "int foo(void);\nint main(void) { return foo(); }\n",
};

interface Build {
  readonly needs: readonly string[];
  readonly tree: Spec;
  readonly commands: string;
  /** Some of the prerequisites of each output. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
  /** A file that is none. */
  readonly other?: string;
}

const BUILDS: Readonly<Record<string, Build>> = {
  "gcc -MMD, an output directory": {
    needs: ["gcc"],
    tree: C,
    commands: "mkdir -p out/O2 && gcc -MMD -c -o out/O2/foo.o src/foo.c",
    expected: { "out/O2/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "gcc -MM, a target without its directory": {
    needs: ["gcc"],
    tree: C,
    commands: "mkdir -p out && gcc -c -o out/foo.o src/foo.c && gcc -MM -MF out/foo.d src/foo.c",
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "gcc -MD -MF x.o.d, run below": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "" },
    commands: "cd out && gcc -MD -MF foo.o.d -c -o foo.o ../src/foo.c",
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "kbuild's record, run above": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "" },
    commands: `gcc -MMD -MF out/deps -c -o out/foo.o src/foo.c &&
      { echo 'cmd_out/foo.o := gcc -c -o out/foo.o src/foo.c'
        sed 's/^[^:]*:/deps_out\\/foo.o :=/' out/deps
        echo 'out/foo.o: $(deps_out/foo.o)'; } > out/.foo.o.cmd && rm out/deps`,
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "kbuild's record, without the header of all settings": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "", "autoconf.h": "" },
    commands: `gcc -include autoconf.h -c -o out/foo.o src/foo.c &&
      { echo 'cmd_out/foo.o := gcc -include autoconf.h -c -o out/foo.o src/foo.c'
        echo 'out/foo.o: src/foo.c src/foo.h'; } > out/.foo.o.cmd`,
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
    other: "autoconf.h",
  },
  "Kbuild beside a record": {
    needs: ["gcc"],
    tree: { ...C, "out/Kbuild": "out/foo.o: src/made.h\n", "src/made.h": "" },
    commands: `gcc -c -o out/foo.o src/foo.c &&
      echo 'cmd_out/foo.o := gcc -c -o out/foo.o src/foo.c' > out/.foo.o.cmd`,
    expected: { "out/foo.o": ["src/foo.c", "src/made.h"] },
  },
  "kbuild's record of a command that lists its inputs": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "" },
    commands: `gcc -c -o out/foo.o src/foo.c && ld -r -o out/built-in.o out/foo.o &&
      echo 'cmd_out/built-in.o := rm -f out/built-in.o; ld -r -o out/built-in.o out/foo.o' > out/.built-in.o.cmd`,
    expected: { "out/built-in.o": ["out/foo.o"] },
  },
  "gcc in a sibling of its output": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "" },
    commands: "cd src && gcc -MMD -c -o ../out/foo.o foo.c",
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "gcc with absolute paths": {
    needs: ["gcc"],
    tree: { ...C, "out/x": "" },
    commands: 'gcc -MMD -c -o "$PWD/out/foo.o" "$PWD/src/foo.c"',
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "dependency files in a directory of their own": {
    needs: ["gcc"],
    tree: { ...C, "out/.dep/x": "" },
    commands: "gcc -MMD -MF out/.dep/foo.d -c -o out/foo.o src/foo.c",
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  "automake and libtool": {
    needs: ["automake", "libtoolize", "gcc", "make"],
    tree: {
      ...C,
      "configure.ac":
        "AC_INIT([x],[1])\nAM_INIT_AUTOMAKE([foreign subdir-objects])\nAC_PROG_CC\nAM_PROG_AR\nLT_INIT\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n",
      "Makefile.am":
        "lib_LTLIBRARIES = libx.la\nlibx_la_SOURCES = src/foo.c\nbin_PROGRAMS = prog\nprog_SOURCES = src/main.c\nprog_LDADD = libx.la\n",
    },
    commands: "autoreconf -fi && mkdir b && cd b && ../configure && make",
    expected: {
      "b/src/.libs/foo.o": ["src/foo.c", "src/foo.h"],
      "b/src/foo.o": ["src/foo.c", "src/foo.h"],
      "b/src/main.o": ["src/main.c"],
      "b/prog": ["b/src/main.o", "b/libx.la"],
    },
  },
  "CMake with make": {
    needs: ["cmake", "make", "gcc"],
    tree: {
      ...C,
      "CMakeLists.txt":
        "cmake_minimum_required(VERSION 3.10)\nproject(x C)\nadd_library(foo STATIC src/foo.c)\nadd_executable(prog src/main.c)\ntarget_link_libraries(prog foo)\n",
    },
    commands:
      "cmake -S . -B b && cmake --build b && cmake --build b && find b -name '*.o.d' -delete",
    expected: {
      "b/CMakeFiles/foo.dir/src/foo.c.o": [
        "src/foo.c",
        "src/foo.h",
        "b/CMakeFiles/foo.dir/flags.make",
      ],
      "b/prog": ["b/CMakeFiles/prog.dir/src/main.c.o", "b/libfoo.a"],
      "b/libfoo.a": ["b/CMakeFiles/foo.dir/src/foo.c.o"],
    },
  },
  "CMake with ninja": {
    needs: ["cmake", "ninja", "gcc"],
    tree: {
      ...C,
      "CMakeLists.txt":
        "cmake_minimum_required(VERSION 3.10)\nproject(x C)\nadd_library(foo SHARED src/foo.c)\nadd_executable(prog src/main.c)\ntarget_link_libraries(prog foo)\n",
    },
    commands: "cmake -G Ninja -S . -B b && ninja -C b",
    expected: {
      "b/CMakeFiles/foo.dir/src/foo.c.o": ["src/foo.c", "src/foo.h"],
      "b/prog": ["b/CMakeFiles/prog.dir/src/main.c.o", "b/libfoo.so"],
    },
  },
  meson: {
    needs: ["meson", "ninja", "gcc"],
    tree: {
      ...C,
      "meson.build": "project('x', 'c')\nexecutable('prog', 'src/main.c', 'src/foo.c')\n",
    },
    commands: "meson setup b && ninja -C b",
    expected: {
      "b/prog.p/src_foo.c.o": ["src/foo.c", "src/foo.h"],
      "b/prog": ["b/prog.p/src_foo.c.o", "b/prog.p/src_main.c.o"],
    },
  },
  "ninja with its logs in a directory of their own": {
    needs: ["ninja", "gcc"],
    tree: {
      ...C,
      "build.ninja":
        "builddir = out/state\nrule cc\n  command = gcc -c -MD -MF $out.d -o $out $in\n  depfile = $out.d\n  deps = gcc\nbuild out/foo.o: cc src/foo.c\n",
    },
    commands: "ninja && rm build.ninja",
    expected: { "out/foo.o": ["src/foo.c", "src/foo.h"] },
  },
  cargo: {
    needs: ["cargo"],
    tree: {
      "Cargo.toml": '[package]\nname = "tool"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": "mod part;\npub fn f() -> i32 { part::g() }\n",
      "src/part.rs": "pub fn g() -> i32 { 1 }\n",
      "src/main.rs": 'fn main() { println!("{}", tool::f()); }\n',
    },
    commands: "cargo build --offline",
    expected: {
      "target/debug/tool": ["src/lib.rs", "src/part.rs", "src/main.rs"],
      "target/debug/libtool.rlib": ["src/lib.rs", "src/part.rs"],
      "target/debug/deps/libtool-*.rlib": ["src/lib.rs", "src/part.rs"],
    },
  },
};

describe.each(Object.entries(BUILDS))("%s", (_, { needs, tree, commands, expected, other }) => {
  const missing = needs.filter((tool) => !installed(tool));

  test.skipIf(missing.length > 0)("finds the prerequisites of its outputs", () => {
    const root = makeTree(tree);
    execFileSync("sh", ["-ec", commands], { cwd: root, stdio: "pipe" });
    const faults: string[] = [];
    for (const given of [root, "."]) {
      const cwd = given === "." ? root : "/";
      const lookup = new PrerequisiteLookup(
        buildFilesIn(root, given),
        [given],
        cwd,
        (path, fault) => faults.push(`${path}: ${fault}`),
      );
      for (const [output, names] of Object.entries(expected)) {
        const facts = lookup.factsOf(`${given}/${find(root, output)}`, false);
        const { prerequisites } = finish(facts);
        const paths = prerequisites.map((path) => lookup.absolute(path));
        expect(paths).toEqual(expect.arrayContaining(names.map((name) => `${root}/${name}`)));
        expect(paths).not.toContain(`${root}/${other}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

/** The build files, in the form in which the walk reports them. */
function buildFilesIn(root: string, given: string): BuildFileDir[] {
  const dirs = new Map<string, string | undefined>();
  for (const name of filesIn(root)) {
    const slash = name.lastIndexOf("/");
    const dir = slash < 0 ? given : `${given}/${name.slice(0, slash)}`;
    const hidden = /^(.*\/\.deps)(?:\/|$)/.exec(dir)?.[1];
    if (hidden !== undefined) dirs.set(hidden, undefined);
    else if (isBuildFile(name.slice(slash + 1)))
      dirs.set(dir, `${dirs.get(dir) ?? ""}/${name.slice(slash + 1)}`);
  }
  return Array.from(dirs, ([path, names]) => ({ path, names }));
}

function find(root: string, name: string): string {
  if (!name.includes("*")) return name;
  const pattern = new RegExp(`^${name.replaceAll(".", "\\.").replace("*", ".*")}$`);
  return filesIn(root).find((each) => pattern.test(each)) as string;
}
