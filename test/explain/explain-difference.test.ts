import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { explainDifference } from "../../src/explain/explain-difference.ts";
import type { Explanation } from "../../src/core/explanation.ts";
import { sourceOf } from "../support/reused-buffer.ts";
import { installed } from "../support/installed.ts";
import { type Spec, isRoot } from "../support/tree.ts";
import { build } from "../support/two-builds.ts";

const C_SOURCES: Spec = {
  "x.c": "static int thrice(int x) { return x * 3; }\nint f(int x) { return thrice(x) + KIND; }\n",
  "lines.c": "int f(int x) { return x + 1; }\n",
  "file.c":
    '#include <stdio.h>\nvoid f(void) { puts(__FILE__); }\nvoid g(void) { puts("other/text"); }\n',
  "text.c": "const char *f(void) { return TEXT; }\n",
  "main.c": "int main(void) { return 0; }\n",
};

interface Row {
  /** What differs. */
  readonly title: string;
  readonly needs?: readonly string[];
  /** Builds `out`. */
  readonly a: (remedy: string) => string;
  readonly b: (remedy: string) => string;
  readonly dirs?: readonly [string, string];
  readonly name?: string;
  readonly verdict: string;
  readonly class: string;
  /** The labels of some parts. */
  readonly parts?: readonly string[];
  /** What the explanation says, and what that is for the scripts. */
  readonly remedy?: string;
  readonly apply?: string;
}

function rows(sources: Spec, tools: readonly string[], table: readonly Row[]): void {
  test.for(table)("$title", (row, { skip }) => {
    const needs = [...tools, ...(row.needs ?? [])];
    if (!installed(...needs)) skip();
    const { a, b, dirs, apply } = row;
    const results = (remedy: string): [Buffer, Buffer] =>
      build({ sources, a: a(remedy), b: b(remedy), ...(dirs && { dirs }) });
    const found = explained(row.name ?? "out", ...results(""));
    expect(found).toMatchObject({ verdict: row.verdict, class: row.class });
    expect(found.remedy).toBe(row.remedy);
    expect(found.parts.map(({ label }) => label)).toEqual(
      expect.arrayContaining([...(row.parts ?? [])]),
    );
    if (apply === undefined) return;
    const [left, right] = results(apply);
    expect(left.equals(right)).toBe(true);
  });
}

function explained(name: string, a: Uint8Array, b: Uint8Array): Explanation {
  const explanation = explainDifference(name, sourceOf(a), sourceOf(b));
  expect(explanation.firstDifference).toBe(firstDifference(a, b));
  return explanation;
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  return i;
}

/** The same script for both builds. */
function both(script: (remedy: string) => string): Pick<Row, "a" | "b"> {
  return { a: script, b: script };
}

/** Scripts that differ in one word. */
function each(
  script: (word: string, remedy: string) => string,
  a: string,
  b: string,
): Pick<Row, "a" | "b"> {
  return { a: (remedy) => script(a, remedy), b: (remedy) => script(b, remedy) };
}

const DEBUG = {
  verdict: "differ only in debug information",
  class: "noise",
  remedy: "build with -ffile-prefix-map=$PWD=.",
  apply: "-ffile-prefix-map=$PWD=.",
} as const;

describe("ELF", () => {
  rows(
    C_SOURCES,
    ["gcc", "objcopy"],
    [
      {
        title: "code",
        ...each((kind) => `gcc -O2 -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: [".text"],
      },
      {
        title: "code of a library with build-id",
        ...each((kind) => `gcc -g -shared -fPIC -DKIND=${kind} x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: [".text"],
      },
      {
        title: "a string",
        ...each((text) => `gcc -O2 -DTEXT='"${text}"' -c text.c -o out`, "abc", "xyz"),
        verdict: "data differs",
        class: "data",
        parts: [".rodata.str1.1"],
      },
      {
        title: "the path in debug information",
        ...both((remedy) => `gcc -g -DKIND=1 ${remedy} -c $PWD/x.c -o out`),
        dirs: ["one", "longer"],
        parts: [".debug_line_str"],
        ...DEBUG,
      },
      {
        title: "the path in DWARF 4",
        ...both((remedy) => `gcc -gdwarf-4 -DKIND=1 ${remedy} -c $PWD/x.c -o out`),
        parts: [".debug_str"],
        ...DEBUG,
      },
      {
        title: "the path in a library's debug information, and the build-id that follows",
        ...both((remedy) => `gcc -g -shared -fPIC -DKIND=1 ${remedy} $PWD/x.c -o out`),
        parts: [".debug_line_str"],
        ...DEBUG,
      },
      {
        title: "a line number",
        dirs: ["one", "one"],
        a: () => "gcc -g -c lines.c -o out",
        b: () => "sed -i '1i /* a comment */' lines.c; gcc -g -c lines.c -o out",
        verdict: "differ only in debug information",
        class: "noise",
      },
      {
        title: "__FILE__",
        ...both((remedy) => `gcc ${remedy} -c $PWD/file.c -o out`),
        verdict: "differ only in paths in strings",
        class: "data",
        parts: [".rodata"],
        remedy: "build with -fmacro-prefix-map=$PWD=.",
        apply: "-fmacro-prefix-map=$PWD=.",
      },
      {
        title: "__FILE__ and debug information",
        ...both((remedy) => `gcc -g ${remedy} -c $PWD/file.c -o out`),
        ...DEBUG,
        verdict: "differ only in debug information and paths in strings",
        class: "data",
      },
      {
        title: "names of LTO sections",
        dirs: ["one", "one"],
        ...both((remedy) => `gcc -O2 -flto -DKIND=1 ${remedy} -c x.c -o out`),
        verdict: "differ only in names of LTO sections",
        class: "noise",
        remedy: "build with -frandom-seed=<file>",
        apply: "-frandom-seed=x.c",
      },
      {
        title: "code for LTO",
        ...each((kind) => `gcc -O2 -flto -frandom-seed=1 -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
      },
      {
        title: "only the build-id",
        ...both((remedy) => `gcc -shared -Wl,--build-id=${remedy || "uuid"} -DKIND=1 x.c -o out`),
        verdict: "differ only in the build-id",
        class: "noise",
        remedy: "link with -Wl,--build-id=sha1",
        apply: "sha1",
      },
      {
        title: "only the checksum of the debug link",
        ...each(
          (text) =>
            `gcc -DKIND=1 -c x.c -o out; echo ${text} > x.debug; objcopy --add-gnu-debuglink=x.debug out`,
          "1",
          "2",
        ),
        verdict: "differ only in the link to debug information",
        class: "noise",
      },
      {
        title: "with and without debug information",
        ...each((option) => `gcc ${option} -DKIND=1 -c x.c -o out; strip -g out`, "-g", "-g0"),
        a: () => "gcc -DKIND=1 -c x.c -o out; objcopy --add-section .debug_x=main.c out",
        b: () => "gcc -DKIND=1 -c x.c -o out; objcopy --only-section=.nothing out x; objcopy out",
        verdict: "differ only in debug information",
        class: "noise",
        parts: [".debug_x (only in A)"],
      },
      {
        title: "a symbol's name",
        ...each(
          (name) => `gcc -DKIND=1 -c x.c -o out; objcopy --redefine-sym thrice=${name} out`,
          "abcdef",
          "uvwxyz",
        ),
        verdict: "differ only in symbol tables",
        class: "names",
        parts: [".strtab"],
      },
      {
        title: "the flags of a section",
        ...each(
          (flags) =>
            `gcc -DKIND=1 -c x.c -o out; objcopy --set-section-flags .comment=${flags} out`,
          "strings,debug",
          "merge,strings,debug",
        ),
        verdict: "differ only in section headers",
        class: "other",
      },
      {
        title: "an executable stack",
        ...each((option) => `gcc -z ${option} main.c -o out`, "execstack", "noexecstack"),
        verdict: "data differs",
        class: "data",
        parts: ["segment headers"],
      },
      {
        title: "bytes behind the last section",
        ...each((text) => `gcc main.c -o out; echo ${text} >> out`, "some", "more"),
        verdict: "differ only in unused space",
        class: "other",
      },
      {
        title: "the compiler's name",
        ...each(
          (text) =>
            `gcc main.c -c -o out; echo ${text} > c; objcopy --update-section .comment=c out`,
          "GCC1",
          "GCC2",
        ),
        verdict: "differ only in .comment",
        class: "other",
      },
      {
        title: "stripped of its section table",
        ...each(
          (kind) =>
            `gcc -shared -Wl,--build-id=none -DKIND=${kind} x.c -o out; printf '\\0\\0\\0\\0\\0\\0\\0\\0' | dd of=out bs=1 seek=40 conv=notrunc; printf '\\0\\0\\0\\0\\0\\0' | dd of=out bs=1 seek=58 conv=notrunc`,
          "1",
          "2",
        ),
        verdict: "code differs",
        class: "code",
        parts: ["segment 1"],
      },
    ],
  );

  const TARGETS = [
    ["32 bits, little endian", "i386-linux-gnu"],
    ["32 bits, big endian", "powerpc-linux-gnu"],
    ["64 bits, big endian", "s390x-linux-gnu"],
    ["64 bits, little endian", "aarch64-linux-gnu"],
  ] as const;
  rows(
    C_SOURCES,
    ["clang"],
    TARGETS.flatMap(([title, target]): Row[] => [
      {
        title: `code, ${title}`,
        ...each((kind) => `clang --target=${target} -g -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: [".text"],
      },
      {
        title: `debug information, ${title}`,
        ...both((remedy) => `clang --target=${target} -g -DKIND=1 ${remedy} -c $PWD/x.c -o out`),
        ...DEBUG,
      },
    ]),
  );
});

const AR = { class: "noise", remedy: "build with ar D" } as const;
const OBJECTS = "gcc -DKIND=1 -c x.c -o x.o; gcc -c lines.c -o a-name-of-more-than-15.o";

describe("archives", () => {
  rows(
    C_SOURCES,
    ["gcc", "ar"],
    [
      {
        title: "times",
        ...each(
          (time, D) => `${OBJECTS}; touch -d @${time} *.o; ar rc${D || "U"} out *.o`,
          "1",
          "2",
        ),
        verdict: "differ only in members' times",
        ...AR,
        apply: "D",
      },
      {
        title: "times and modes",
        ...each(
          (mode, D) =>
            `${OBJECTS}; chmod ${mode} *.o; touch -d @1${mode} *.o; ar rc${D || "U"} out *.o`,
          "600",
          "644",
        ),
        verdict: "differ only in members' times and members' modes",
        ...AR,
        apply: "D",
      },
      ...(isRoot
        ? [
            {
              title: "owners",
              ...each(
                (owner, D) =>
                  `${OBJECTS}; chown ${owner} *.o; touch -d @1 *.o; ar rcS${D || "U"} out *.o`,
                "1",
                "2",
              ),
              verdict: "differ only in members' owners",
              ...AR,
              apply: "D",
            },
          ]
        : []),
      {
        title: "a member's code",
        ...each(
          (kind) => `gcc -DKIND=${kind} -c x.c; gcc -c lines.c; ar rc out lines.o x.o`,
          "1",
          "2",
        ),
        verdict: "code differs",
        class: "code",
        parts: ["x.o(.text)"],
      },
      {
        title: "members' debug information and times",
        ...each(
          (time, D) =>
            `gcc -DKIND=1 -g ${D && "-ffile-prefix-map=$PWD=."} -c x.c; touch -d @${time} *.o; ar rc${D || "U"} out x.o`,
          "1",
          "2",
        ),
        verdict: "differ only in debug information and members' times",
        class: "noise",
        remedy: "build with -ffile-prefix-map=$PWD=., build with ar D",
        apply: "D",
      },
      {
        title: "a further member",
        ...each((member) => `${OBJECTS}; ar rc out x.o ${member}`, "", "a-name-of-more-than-15.o"),
        verdict: "members differ",
        class: "code",
        parts: ["a-name-of-more-than-15.o (only in B)"],
      },
      {
        title: "the order",
        ...each((order) => `${OBJECTS}; ar rc out ${order}`, "x.o a-n*.o", "a-n*.o x.o"),
        verdict: "differ only in members' order",
        class: "other",
      },
      {
        title: "data of a member with a long name",
        ...each((text) => `echo ${text} > a-name-of-more-than-15; ar rc out a-n*`, "some", "more"),
        verdict: "data differs",
        class: "data",
        parts: ["a-name-of-more-than-15"],
      },
      {
        title: "thin, other members",
        ...each((member) => `${OBJECTS}; ar rcT out ${member}`, "x.o", "a-n*.o"),
        verdict: "members differ",
        class: "data",
      },
      {
        title: "BSD's long names",
        needs: ["llvm-ar"],
        ...each(
          (kind) =>
            `gcc -DKIND=${kind} -c x.c -o a-name-of-more-than-15.o; llvm-ar rc --format=bsd out a-n*.o`,
          "1",
          "2",
        ),
        verdict: "code differs",
        class: "code",
        parts: ["a-name-of-more-than-15.o(.text)"],
      },
    ],
  );
});

const PYTHON: Spec = {
  "x.py": "def f(x):\n    return x + 1\n",
  "y.py": "def f(x):\n    return x + 2\n",
};
const compilePython = (source: string, mode: string): string =>
  `mkdir -p d; cp -p ${source}.py d/x.py; cd d; python3 -m compileall -q ${mode} .; cp __pycache__/x.*.pyc ../out`;

describe("Python bytecode", () => {
  rows(
    PYTHON,
    ["python3"],
    [
      {
        title: "the source's time",
        ...each((time, mode) => `touch -d @${time} x.py; ${compilePython("x", mode)}`, "1", "2"),
        verdict: "differ only in the source's time",
        class: "noise",
        remedy: "compile with --invalidation-mode unchecked-hash",
        apply: "--invalidation-mode unchecked-hash",
      },
      {
        title: "code",
        ...each((source) => compilePython(source, ""), "x", "y"),
        verdict: "code differs",
        class: "code",
        parts: ["code"],
      },
      {
        title: "the source's path",
        ...both(
          (fix) =>
            `touch -d @1 x.py; python3 -m compileall -q ${fix} $PWD/x.py; cp __pycache__/x.*.pyc out`,
        ),
        dirs: ["one", "longer"],
        verdict: "differ only in the source's path",
        class: "data",
        remedy: "compile with python -m compileall -s $PWD",
        apply: "-s $PWD",
      },
      {
        title: "a comment in the source",
        ...each(
          (comment) => `echo '# ${comment}' >> x.py; touch -d @1 x.py; ${compilePython("x", "")}`,
          "a",
          "bc",
        ),
        verdict: "differ only in source size",
        class: "other",
      },
      {
        title: "a comment in the source, with its hash",
        ...each(
          (comment) =>
            `echo '# ${comment}' >> x.py; ${compilePython("x", "--invalidation-mode checked-hash")}`,
          "a",
          "bc",
        ),
        verdict: "differ only in source hash",
        class: "other",
      },
    ],
  );
});

const TEXTS: Spec = { x: "some text\n".repeat(1000), y: "some text\n".repeat(1001) };

describe("gzip", () => {
  rows(
    TEXTS,
    ["gzip"],
    [
      {
        title: "the time",
        ...each((time, n) => `touch -d @${time} x; gzip -c ${n} x > out`, "1", "2"),
        verdict: "differ only in gzip's time",
        class: "noise",
        remedy: "compress with gzip -n",
        apply: "-n",
      },
      {
        title: "the name",
        ...each(
          (name, n) => `mv x ${name}; touch -d @1 ${name}; gzip -c ${n} ${name} > out`,
          "a",
          "bc",
        ),
        verdict: "differ only in gzip's file name",
        class: "noise",
        remedy: "compress with gzip -n",
        apply: "-n",
      },
      {
        title: "with and without name",
        ...each((option, n) => `gzip -c ${option} ${n} x > out`, "", "-n"),
        verdict: "differ only in gzip's time and gzip's file name",
        class: "noise",
        remedy: "compress with gzip -n",
        apply: "-n",
      },
      {
        title: "the level",
        ...each((level) => `gzip -nc ${level} x > out`, "-1", "-9"),
        verdict: "differ only in compression",
        class: "other",
      },
      {
        title: "the contents",
        ...each((name) => `gzip -nc ${name} > out`, "x", "y"),
        verdict: "data differs",
        class: "data",
        parts: ["contents"],
      },
    ],
  );
});

describe("zip", () => {
  const TIMES = "differ only in members' times";
  rows(
    { ...TEXTS, ...PYTHON },
    ["zip"],
    [
      {
        title: "times",
        ...each(
          (time, fix) => `touch -d @${fix || time} x y; zip -q out.zip x y; mv out.zip out`,
          "400000000",
          "400000010",
        ),
        verdict: TIMES,
        class: "noise",
        remedy: "set the input's times with touch",
        apply: "400000000",
      },
      {
        title: "order",
        ...each((names, fix) => `zip -qX out.zip ${fix || names}; mv out.zip out`, "x y", "y x"),
        verdict: "differ only in members' order",
        class: "noise",
        remedy: "sort the input",
        apply: "x y",
      },
      {
        title: "with and without owners",
        ...each((option, fix) => `zip -q ${option} ${fix} out.zip x; mv out.zip out`, "", "-X"),
        verdict: "differ only in members' times and members' owners",
        class: "noise",
        remedy: "set the input's times with touch, build with zip -X",
        apply: "-X",
      },
      {
        title: "modes",
        ...each((mode) => `chmod ${mode} x; zip -qX out.zip x; mv out.zip out`, "600", "755"),
        verdict: "differ only in members' modes",
        class: "noise",
      },
      {
        title: "a member's contents",
        ...each((source) => `cp -p ${source} z; zip -qX out.zip z; mv out.zip out`, "x", "y"),
        verdict: "data differs",
        class: "data",
        parts: ["z"],
      },
      {
        title: "code",
        ...each(
          (source) => `cp -p ${source}.py z.py; zip -qX out.zip z.py; mv out.zip out`,
          "x",
          "y",
        ),
        verdict: "code differs",
        class: "code",
        parts: ["z.py"],
      },
      {
        title: "the level",
        ...each((level) => `zip -qX ${level} out.zip x; mv out.zip out`, "-1", "-9"),
        verdict: "differ only in compression",
        class: "other",
      },
      {
        title: "a further member",
        ...each((names) => `zip -qX out.zip ${names}; mv out.zip out`, "x", "x y"),
        verdict: "members differ",
        class: "data",
        parts: ["y (only in B)"],
      },
      {
        title: "an object that is stored",
        needs: ["gcc"],
        ...each(
          (value) =>
            `echo 'int x = ${value};' > z.c; gcc -c z.c; touch -d @400000000 z.o; zip -qX0 out.zip z.o; mv out.zip out`,
          "1",
          "2",
        ),
        verdict: "data differs",
        class: "data",
        parts: ["z.o(.data)"],
      },
      {
        title: "times in a jar",
        needs: ["jar"],
        name: "x.jar",
        ...each(
          (time, fix) => `touch -d @${time} x; jar --create --no-manifest --file=out ${fix} x`,
          "400000000",
          "400000010",
        ),
        verdict: TIMES,
        class: "noise",
        remedy: "build with jar --date",
        apply: "--date=2020-01-01T00:00:00Z",
      },
    ],
  );
});

describe("WebAssembly", () => {
  const WAT: Spec = {
    "x.wat":
      '(module (memory 1) (data (i32.const 0) "text") (func $f (export "f") (result i32) i32.const 1))',
  };
  const wat = (change: string, options = ""): string =>
    `sed '${change}' x.wat > y.wat; wat2wasm ${options} y.wat -o out`;
  rows(
    WAT,
    ["wat2wasm"],
    [
      {
        title: "code",
        ...each((value) => wat(`s/i32.const 1)/i32.const ${value})/`), "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: ["code"],
      },
      {
        title: "data",
        ...each((text) => wat(`s/text/${text}/`), "text", "longer"),
        verdict: "data differs",
        class: "data",
        parts: ["data"],
      },
      {
        title: "names",
        ...each((name) => wat(`s/[$]f/$${name}/`, "--debug-names"), "f", "gg"),
        verdict: "differ only in name",
        class: "names",
      },
      {
        title: "with and without names",
        ...each((option) => wat("", option), "", "--debug-names"),
        verdict: "differ only in name",
        class: "names",
        parts: ["name (only in B)"],
      },
    ],
  );
  rows(
    C_SOURCES,
    ["clang"],
    [
      {
        title: "debug information of an object",
        ...both((fix) => `clang --target=wasm32 -g -DKIND=1 ${fix} -c $PWD/x.c -o out`),
        ...DEBUG,
      },
      {
        title: "code of an object",
        ...each((kind) => `clang --target=wasm32 -g -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
      },
    ],
  );
});

describe("PE", () => {
  const GCC = "x86_64-w64-mingw32-gcc";
  rows(
    C_SOURCES,
    [GCC],
    [
      {
        title: "link times",
        dirs: ["one", "one"],
        a: (fix) => `${GCC} -shared -DKIND=1 ${fix} x.c -o x.dll; mv x.dll out`,
        b: (fix) => `sleep 1.1; ${GCC} -shared -DKIND=1 ${fix} x.c -o x.dll; mv x.dll out`,
        verdict: "differ only in link times",
        class: "noise",
        remedy: "link with -Wl,--no-insert-timestamp or /Brepro",
        apply: "-Wl,--no-insert-timestamp",
      },
      {
        title: "code",
        ...each((kind) => `${GCC} -shared -DKIND=${kind} x.c -o x.dll; mv x.dll out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: [".text"],
      },
      {
        title: "code of an object",
        ...each((kind) => `${GCC} -g -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: [".text"],
      },
      {
        title: "debug information of an object",
        ...both((fix) => `${GCC} -g -DKIND=1 ${fix} -c $PWD/x.c -o out`),
        ...DEBUG,
      },
      {
        title: "debug information of an object in an archive",
        ...both((fix) => `${GCC} -g -DKIND=1 ${fix} -c $PWD/x.c; ar rcD out x.o`),
        ...DEBUG,
      },
    ],
  );
});

describe("Mach-O", () => {
  const TARGETS = ["x86_64-apple-macos11", "arm64-apple-macos11", "i386-apple-macos10.4"];
  rows(
    C_SOURCES,
    ["clang"],
    TARGETS.flatMap((target): Row[] => [
      {
        title: `code, ${target}`,
        ...each((kind) => `clang --target=${target} -g -DKIND=${kind} -c x.c -o out`, "1", "2"),
        verdict: "code differs",
        class: "code",
        parts: ["__TEXT,__text"],
      },
      {
        title: `debug information, ${target}`,
        ...both((fix) => `clang --target=${target} -g -DKIND=1 ${fix} -c $PWD/x.c -o out`),
        ...DEBUG,
      },
      {
        title: `__FILE__, ${target}`,
        ...both(
          (fix) =>
            `clang --target=${target} -ffreestanding -DTEXT=__FILE__ ${fix} -c $PWD/text.c -o out`,
        ),
        verdict: "differ only in paths in strings",
        class: "data",
        remedy: "build with -fmacro-prefix-map=$PWD=.",
        apply: "-fmacro-prefix-map=$PWD=.",
      },
    ]),
  );

  const object = (target: string, kind: string): string =>
    `clang --target=${target} -DKIND=${kind} -c x.c -o ${target}.o`;
  const library = (text: string): string =>
    `clang --target=${TARGETS[0]} -DKIND=1 -c x.c; ld64.lld-14 -dylib -arch x86_64 -platform_version macos 11 11 -undefined dynamic_lookup x.o -o out ${text}`;
  rows(
    C_SOURCES,
    ["clang"],
    [
      {
        title: "code for one of two architectures",
        needs: ["llvm-lipo-14"],
        ...each(
          (kind) =>
            `${object(TARGETS[0], "1")}; ${object(TARGETS[1], kind)}; llvm-lipo-14 -create *.o -output out`,
          "1",
          "2",
        ),
        verdict: "code differs",
        class: "code",
        parts: ["arm64(__TEXT,__text)"],
      },
      {
        title: "a library's load command",
        needs: ["ld64.lld-14"],
        ...each((path) => library(`-rpath ${path}`), "/some", "/more"),
        verdict: "data differs",
        class: "data",
        parts: ["load commands"],
      },
    ],
  );
});

/** A Python that can build wheels. */
const wheelPython = ["python3", "/usr/bin/python3"].find(
  (command) =>
    spawnSync(command, ["-c", "import setuptools, wheel"], { stdio: "ignore" }).status === 0,
);

describe.skipIf(wheelPython === undefined)("wheels", () => {
  const SETUP = 'from setuptools import setup; setup(name="x", version="1", py_modules=["x"])\n';
  const wheel = (time: string, fix: string): string =>
    `touch -d @${time} x.py; ${fix} ${wheelPython} setup.py -q bdist_wheel; mv dist/*.whl out`;
  rows(
    { ...PYTHON, "setup.py": SETUP },
    [],
    [
      {
        title: "times",
        name: "x.whl",
        ...each(wheel, "400000000", "400000010"),
        verdict: "differ only in members' times",
        class: "noise",
        remedy: "build with SOURCE_DATE_EPOCH set",
        apply: "SOURCE_DATE_EPOCH=400000000",
      },
    ],
  );
});

describe("without a known format", () => {
  const text = Buffer.from("one\ntwo\nthree\nfour\n");
  test.each([
    ["a line", "one\nTWO\nthree\nfour\n", "1 line", 4],
    ["several lines", "one\nTWO\nTHREE\nfour\n", "2 lines", 4],
    ["a further line", "one\ntwo\nmore\nthree\nfour\n", "1 line", 8],
    ["no end of line", "one\ntwo\nthree\nfour", "1 line", 18],
    ["nothing", "", "4 lines", 0],
  ])("text: %s", (_, other, label, first) => {
    const found = explained("x.txt", text, Buffer.from(other));
    expect(found).toMatchObject({
      format: "text",
      firstDifference: first,
      verdict: "text differs",
      class: "other",
    });
    expect(found.parts.map((part) => part.label)).toEqual([label]);
  });

  test("binary data", () => {
    const found = explained("x.bin", Buffer.alloc(100_000), Buffer.alloc(100_001));
    expect(found).toEqual({
      format: "unknown",
      firstDifference: 100_000,
      parts: [],
      verdict: "contents differ",
      class: "other",
    });
  });

  test("different formats", () => {
    const found = explained("x", Buffer.from("!<arch>\n"), Buffer.from([0x1f, 0x8b, 8, 0]));
    expect(found).toMatchObject({ verdict: "formats differ", class: "code" });
  });
});
