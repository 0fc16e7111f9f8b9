import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { run } from "../support/run.ts";
import { filesIn, linked, snapshot } from "../support/snapshot.ts";
import { type Spec, emptyDir, makeTree } from "../support/tree.ts";

/** A build of two variants, `A` and `B`, with equal outputs. */
interface Build {
  readonly it: string;
  readonly tools: readonly string[];
  readonly spec: Spec;
  readonly commands: readonly (readonly string[])[];
  /** The output of the commands if there is nothing to do. */
  readonly idle: RegExp;
}

const SOURCES: Spec = {
  "lib.c": '#include "lib.h"\nint lib(void) { return LIB; }\n',
  "lib.h": "#define LIB 42\n",
  "main.c": '#include "lib.h"\nint lib(void);\nint main(void) { return lib() - LIB; }\n',
};

const MAKEFILE = `
all: A/prog B/prog
%/prog: %/main.o %/liblib.a
\tgcc -o $@ $^
%/liblib.a: %/lib.o
\trm -f $@; ar rcs $@ $<
%/main.o: main.c
\t@mkdir -p $*
\tgcc -MMD -c -o $@ $<
%/lib.o: lib.c
\t@mkdir -p $*
\tgcc -MMD -fPIC -c -o $@ $<
.SECONDARY:
-include A/main.d A/lib.d B/main.d B/lib.d
`;

const NINJA = `
rule cc
  command = gcc -MMD -MF $out.d -fPIC -c -o $out $in
  depfile = $out.d
  deps = gcc
rule ar
  command = rm -f $out && ar rcs $out $in
rule link
  command = gcc -o $out $in
${["A", "B"]
  .map(
    (dir) => `
build ${dir}/main.o: cc main.c
build ${dir}/lib.o: cc lib.c
build ${dir}/liblib.a: ar ${dir}/lib.o
build ${dir}/prog: link ${dir}/main.o ${dir}/liblib.a
`,
  )
  .join("")}`;

const CMAKE = `
cmake_minimum_required(VERSION 3.10)
project(p C)
add_library(lib STATIC lib.c)
add_library(shared SHARED lib.c)
add_executable(prog main.c)
target_link_libraries(prog lib)
`;

const LIBTOOL = `
all: A/liblib.la B/liblib.la
%/liblib.la: %/lib.lo
\tlibtool --quiet --tag=CC --mode=link gcc -rpath /usr/lib -o $@ $<
%/lib.lo: lib.c
\t@mkdir -p $*
\tlibtool --quiet --tag=CC --mode=compile gcc -c -o $@ $<
.SECONDARY:
`;

function cmake(generator: string, tool: string, idle: RegExp): Build {
  return {
    it: `CMake, ${generator}`,
    tools: ["cmake", tool],
    spec: { ...SOURCES, "CMakeLists.txt": CMAKE },
    commands: ["A", "B"].flatMap((dir) => [
      ["cmake", "-S", ".", "-B", dir, "-G", generator],
      ["cmake", "--build", dir],
    ]),
    idle,
  };
}

const BUILDS: readonly Build[] = [
  {
    it: "make",
    tools: ["make"],
    spec: { ...SOURCES, Makefile: MAKEFILE },
    commands: [["make"]],
    idle: /Nothing to be done/,
  },
  {
    it: "ninja",
    tools: ["ninja"],
    spec: { ...SOURCES, "build.ninja": NINJA },
    commands: [["ninja"]],
    idle: /no work to do/,
  },
  {
    it: "make with libtool",
    tools: ["make", "libtool"],
    spec: { ...SOURCES, Makefile: LIBTOOL },
    commands: [["make"]],
    idle: /Nothing to be done/,
  },
  cmake("Ninja", "ninja", /(no work to do[^]*){2}/),
  cmake("Unix Makefiles", "make", /^(?![^]*Building)/),
];
/** What a tool does to a linked file. */
const WRITES = {
  "appended to": (path: string) => fs.appendFileSync(path, "more"),
  emptied: (path: string) => fs.truncateSync(path),
  touched: (path: string) => fs.utimesSync(path, new Date(), new Date()),
};

describe.skipIf(!installed("gcc"))("after every linked output was written through", () => {
  const cases = BUILDS.flatMap((build) =>
    Object.entries(WRITES).map(([how, write]) => ({ ...build, how, write })),
  );
  test.each(cases)("$it, $how: one more build gives what it gives without links", (build) => {
    if (!installed(...build.tools)) return;
    const root = makeTree(build.spec);
    const env = { XDG_CACHE_HOME: emptyDir() };
    const make = (): string =>
      build.commands
        .map(([tool, ...args]) => execFileSync(tool, args, { cwd: root, encoding: "utf8" }))
        .join("");
    const dedupe = (): number | null =>
      run(
        ["--hardlink", "--final", "-i", "*.o", "-i", "*.a", "-i", "*.so*", "-i", "prog", "A", "B"],
        {
          cwd: root,
          env,
        },
      ).code;
    const outputs = (): Record<string, string> =>
      Object.fromEntries(
        Array.from(snapshot(root), ([path, { hash }]): [string, string] => [path, hash]).filter(
          ([path]) => /\.o$|\.a$|\.so[.\d]*$|prog$/.test(path),
        ),
      );
    make();
    const wanted = outputs();
    expect(dedupe()).toBe(0);
    const targets = linked(root);
    expect(targets.length).toBeGreaterThanOrEqual(3);
    for (const [path] of targets) build.write(`${root}/${path}`);
    expect(dedupe()).toBe(3);
    expect(linked(root)).toEqual([]);
    make();
    expect(outputs()).toEqual(wanted);
    expect(dedupe()).toBe(0);
    expect(make()).toMatch(build.idle);
    expect(filesIn(root).filter((path) => fs.statSync(`${root}/${path}`).mtimeMs === 0)).toEqual(
      [],
    );
  });
});
