import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffSuspicious } from "../../src/commands/suspicious.ts";
import { LinkedModule } from "../../src/suspicious/linked-module.ts";
import { readObject } from "../../src/suspicious/object-contents.ts";
import { hasGcc } from "../support/compile.ts";
import { installed } from "../support/installed.ts";
import { sourceOf } from "../support/reused-buffer.ts";
import { type Spec, makeTree } from "../support/tree.ts";
import { build } from "../support/two-builds.ts";

const TEMP = "build/temp.linux-x86_64-cpython-311";
const LIB = "build/lib.linux-x86_64-cpython-311";
const SOURCES: Spec = {
  "mod.c": "int f(int); int NAME(int x) { return f(x); }\n",
  "code.c":
    "#include <stdio.h>\nstatic int __attribute__((noinline)) twice(int x) { return x * 2 + KIND; }\n" +
    'int g;\nint f(int x) { printf("%d\\n", x); g += twice(x); return g; }\n',
  "string.c":
    "#include <stdio.h>\n#define TEXT(x) #x\n#define QUOTE(x) TEXT(x)\n" +
    'int f(int x) { puts("kind " QUOTE(KIND)); return x; }\n',
  "table.c": "const int table[] = {1, 2, KIND, 4};\nint f(int x) { return table[x]; }\n",
  "data.c": "static int values[] = {1, 2, KIND, 4};\nint f(int x) { return values[x & 3]++; }\n",
  "hidden.c": '__attribute__((visibility("hidden"))) int f(int x) { return x + KIND; }\n',
  "pointers.c":
    'static const char *const names[] = {"one", "two"};\nconst char *name(int x) { return names[x]; }\n' +
    "int f(int x) { return x + KIND; }\n",
  "tls.c": "static __thread int count;\nint f(int x) { return count += x + KIND; }\n",
};

interface Row {
  readonly title: string;
  readonly source: string;
  /** Options of both compilations. */
  readonly options?: string;
  readonly link?: string;
  /** Whether both modules are linked with the object of the second one. */
  readonly mixedUp: boolean;
  readonly temp?: string;
  readonly lib?: string;
  readonly found: boolean;
}

/** Builds two modules that share a source, which each compiles with its own macro. */
function buildModules({
  source,
  options = "-O2",
  link = "",
  mixedUp,
  temp = TEMP,
  lib = LIB,
}: Row): string {
  const root = makeTree(SOURCES);
  const steps = ["1", "2"].map(
    (n) =>
      `gcc -fPIC ${options} -DNAME=PyInit_mod${n} -c mod.c -o ${temp}/mod${n}.o
       gcc -fPIC ${options} -DKIND=${mixedUp ? 2 : n} -c ${source} -o ${temp}/common.o
       gcc -shared ${link} ${temp}/mod${n}.o ${temp}/common.o -o ${lib}/mod${n}.so`,
  );
  const script = `mkdir -p ${temp} ${lib}; ${steps.join("; ")}`;
  execFileSync("sh", ["-euc", script], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  return root;
}

const ROWS: readonly Row[] = [
  ...["code.c", "string.c", "table.c", "data.c", "hidden.c", "pointers.c", "tls.c"].flatMap(
    (source): Row[] => [
      { title: `${source}, right`, source, mixedUp: false, found: false },
      { title: `${source}, mixed up`, source, mixedUp: true, found: true },
    ],
  ),
  ...["-O0", "-O2 -g", "-O3 -ffunction-sections -fdata-sections", "-Os -fno-plt"].flatMap(
    (options): Row[] => [
      { title: `${options}, right`, source: "code.c", options, mixedUp: false, found: false },
      { title: `${options}, mixed up`, source: "code.c", options, mixedUp: true, found: true },
    ],
  ),
  { title: "stripped", source: "code.c", link: "-s", mixedUp: true, found: true },
  { title: "stripped, right", source: "code.c", link: "-s", mixedUp: false, found: false },
  { title: "stripped, hidden", source: "hidden.c", link: "-s", mixedUp: true, found: false },
  {
    title: "without platform in the names",
    source: "code.c",
    temp: "build/temp",
    lib: "build/lib",
    mixedUp: true,
    found: true,
  },
  {
    title: "in a directory of a package",
    source: "code.c",
    temp: `${TEMP}/src/lib.common-parts`,
    lib: `${LIB}/package/lib`,
    mixedUp: true,
    found: true,
  },
  {
    title: "another layout",
    source: "code.c",
    temp: "obj",
    lib: "out",
    mixedUp: true,
    found: false,
  },
];

describe.skipIf(!hasGcc)("two modules that compile one source", () => {
  test.for(ROWS)("$title", async (row) => {
    const root = buildModules(row);
    const { temp = TEMP, lib = LIB } = row;
    const { suspicions, problems } = await diffSuspicious({ paths: [root], jobs: 1 });
    expect(problems).toEqual([]);
    const expected = {
      object: `${root}/${temp}/common.o`,
      modules: [`${root}/${lib}/mod1.so`, `${root}/${lib}/mod2.so`],
      commands: [],
    };
    expect(suspicions).toEqual(row.found ? [expected] : []);
  });

  test("an object of the tree, and one that only the log names", async () => {
    const root = buildModules({ title: "", source: "code.c", mixedUp: true, found: true });
    const report = await diffSuspicious({
      paths: [root],
      jobs: 1,
      commands: "gcc -DKIND=1 -c common.c -o build/x.o\ngcc -DKIND=2 -c common.c -o build/x.o\n",
    });
    expect(report.suspicions.map(({ object, modules }) => [object, modules.length])).toEqual([
      [`${root}/${TEMP}/common.o`, 2],
      ["build/x.o", 0],
    ]);
  });

  test("both rules together", async () => {
    const root = buildModules({ title: "", source: "code.c", mixedUp: true, found: true });
    const commands = ["1", "2"]
      .map((n) => `gcc -DKIND=${n} -c code.c -o ${TEMP}/common.o\n`)
      .join("");
    const { suspicions } = await diffSuspicious({ paths: [root], jobs: 1, commands });
    expect(suspicions).toHaveLength(1);
    expect(suspicions[0]).toMatchObject({
      object: `${root}/${TEMP}/common.o`,
      commands: [
        { line: 1, words: ["-DKIND=1"] },
        { line: 2, words: ["-DKIND=2"] },
      ],
    });
    expect(suspicions[0].modules).toHaveLength(2);
  });
});

describe("other processors", () => {
  const TARGETS = [
    "aarch64-linux-gnu",
    "i386-linux-gnu",
    "powerpc64le-linux-gnu",
    "riscv64-linux-gnu",
  ];
  test.skipIf(!installed("clang")).each(TARGETS)("objects for %s are read", (target) => {
    const script = `clang --target=${target} -fPIC -O1 -DKIND=1 -c tls.c -o out`;
    const [object] = build({ sources: SOURCES, a: script, b: script });
    const contents = readObject(sourceOf(object));
    expect(contents?.functions.map(({ name }) => name)).toEqual(["f"]);
    const [code] = contents?.functions.map((each) => each.code) ?? [];
    expect(code.changed).toContain(1);
    expect(code.changed).toContain(0);
  });
});

describe.skipIf(!hasGcc)("damaged objects and modules", () => {
  const [object] = hasGcc
    ? build({ sources: SOURCES, a: "gcc -DKIND=1 -c code.c -o out", b: "touch out" })
    : [Buffer.alloc(0)];
  const [module] = hasGcc
    ? build({ sources: SOURCES, a: "gcc -DKIND=1 -shared -fPIC code.c -o out", b: "touch out" })
    : [Buffer.alloc(0)];

  test("never fail", () => {
    const intact = readObject(sourceOf(object));
    const changes = fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)),
      { maxLength: 8 },
    );
    const damage = (bytes: Buffer, places: readonly (readonly [number, number])[]): Buffer => {
      const copy = Buffer.from(bytes);
      for (const [place, value] of places) copy[Math.floor(place * copy.length)] = value;
      return copy;
    };
    fc.assert(
      fc.property(changes, changes, (inObject, inModule) => {
        const contents = readObject(sourceOf(damage(object, inObject))) ?? intact;
        const file = sourceOf(damage(module, inModule));
        if (contents !== undefined) LinkedModule.read(file)?.contains(contents, file);
      }),
      { numRuns: 1000 },
    );
  });
});
