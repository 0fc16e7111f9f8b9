/**
 * A parallel build of setuptools that is wrong without an error: two extensions compile one source with different macros
 * into the same object.
 */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { run } from "../support/run.ts";
import { type Spec, emptyDir, makeTree } from "../support/tree.ts";

const SETUP = `from setuptools import setup, Extension
setup(name="race", version="1", py_modules=[], ext_modules=[
  Extension("mod1", ["mod1.c", "common.c"], define_macros=[("KIND", "1")]),
  Extension("mod2", ["mod2.c", "common.c"], define_macros=[("KIND", "2")]),
])
`;

const MODULE = (n: number): string => `#include <Python.h>
int common_kind(int);
static PyObject *kind(PyObject *self, PyObject *args) { return PyLong_FromLong(common_kind(7)); }
static PyMethodDef methods[] = {{"kind", kind, METH_NOARGS, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "mod${n}", 0, -1, methods};
PyMODINIT_FUNC PyInit_mod${n}(void) { return PyModule_Create(&module); }
`;
const PROJECT: Spec = {
  "setup.py": SETUP,
  "mod1.c": MODULE(1),
  "mod2.c": MODULE(2),
  "common.c": "int common_kind(int x) { return x * KIND + KIND; }\n",
  // In a parallel build, compiles the common source first with KIND=2, then with KIND=1, and links after both.
  gcc: `#!/bin/sh
wait_for() { until [ -e "build/$1" ]; do sleep 0.01; done; }
if [ "$JOBS" = 2 ]; then
  case " $* " in
    *" -DKIND=1 "*" common.c "*) wait_for kind-2; gcc "$@"; status=$?; : >build/kind-1; exit $status ;;
    *" -DKIND=2 "*" common.c "*) gcc "$@"; status=$?; : >build/kind-2; exit $status ;;
    *" -shared "*) wait_for kind-1 ;;
  esac
fi
exec gcc "$@"
`,
};

/** A Python with setuptools, and the headers and the compiler that extensions need. */
const python = ["python3", "/usr/bin/python3"].find((command) => {
  const check =
    "import os, setuptools, sysconfig; os.stat(sysconfig.get_path('include') + '/Python.h')";
  return [
    spawnSync(command, ["-c", check], { stdio: "ignore" }),
    spawnSync("gcc", ["--version"], { stdio: "ignore" }),
  ].every(({ status }) => status === 0);
});

describe.skipIf(python === undefined)("two extensions that share a source", () => {
  const root = makeTree(PROJECT);
  const keep = emptyDir();

  /** Builds at one path, and keeps a copy of the result. */
  const build = (jobs: number, name: string): string => {
    fs.rmSync(join(root, "build"), { recursive: true, force: true });
    const gcc = join(root, "gcc");
    const log = execFileSync(python ?? "", ["setup.py", "build", `-j${jobs}`], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CC: gcc, LDSHARED: `${gcc} -shared`, JOBS: `${jobs}` },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 60_000,
    });
    const to = join(keep, name, "build");
    fs.cpSync(join(root, "build"), to, { recursive: true });
    fs.writeFileSync(join(keep, name, "log"), log);
    return join(keep, name);
  };
  /** What the functions of both modules return. */
  const kinds = (tree: string): string => {
    const [lib] = fs.readdirSync(join(tree, "build")).filter((name) => name.startsWith("lib"));
    const script = "import mod1, mod2; print(mod1.kind(), mod2.kind())";
    return execFileSync(python ?? "", ["-c", script], {
      cwd: join(tree, "build", lib),
      encoding: "utf8",
    }).trim();
  };
  let right = "";
  let wrong = "";
  beforeAll(() => {
    fs.chmodSync(join(root, "gcc"), 0o755);
    right = build(1, "right");
    wrong = build(2, "wrong");
  });

  test("two serial builds are equal", () => {
    const again = build(1, "again");
    expect([kinds(right), kinds(again)]).toEqual(["8 16", "8 16"]);
    expect(run(["diff", right, again])).toMatchObject({ code: 0, stderr: "" });
  });

  test("a serial build is not suspicious", () => {
    expect(run(["diff", "--suspicious", right])).toMatchObject({ code: 0, stderr: "" });
  });

  test("a parallel build differs in the code of a module", () => {
    expect(kinds(wrong)).toBe("8 8");
    const { code, json } = run(["diff", "--json", right, wrong]);
    expect(code).toBe(1);
    const groups = json["groups"] as readonly {
      readonly class: string;
      readonly pairs: readonly {
        readonly path: string;
        readonly parts: readonly { readonly label: string }[];
      }[];
    }[];
    const pairs = groups
      .filter((group) => group.class === "code")
      .flatMap((group) => group.pairs)
      .filter(({ path }) => path.includes("/lib"));
    expect(pairs.map(({ path }) => path.replace(/^.*\/|\..*$/g, ""))).toEqual(["mod2"]);
    expect(pairs[0].parts.map(({ label }) => label)).toContain(".text");
    expect(run(["diff", right, wrong]).stdout).toMatch(/mod[12].*\n?.*\.text/);
  });

  test("a parallel build is suspicious without another one", () => {
    const text = run(["diff", "--suspicious", wrong]);
    expect(text.code).toBe(1);
    expect(text.stdout.replaceAll("\n", " ")).toMatch(
      /mod1 and mod2 both contain \S*\/common\.o\. Do they compile its source with different options\?/,
    );
    const { code, json } = run([
      ...["diff", "--suspicious", "--json", "--commands", join(wrong, "log"), wrong],
    ]);
    expect(code).toBe(1);
    expect(json["suspicions"]).toEqual([
      {
        object: expect.stringMatching(/\/build\/temp[^/]*\/common\.o$/) as string,
        modules: [expect.stringContaining("/mod1."), expect.stringContaining("/mod2.")] as string[],
        commands: [
          { line: expect.any(Number) as number, words: [expect.stringMatching(/^-DKIND=[12]$/)] },
          { line: expect.any(Number) as number, words: [expect.stringMatching(/^-DKIND=[12]$/)] },
        ],
      },
    ]);
  });

  test("an object that modules share on purpose looks the same: that is a question", () => {
    fs.writeFileSync(join(root, "setup.py"), SETUP.replace('"KIND", "2"', '"KIND", "1"'));
    const shared = build(1, "shared");
    expect(kinds(shared)).toBe("8 8");
    for (const commands of [[], ["--commands", join(shared, "log")]]) {
      const { code, stdout } = run(["diff", "--suspicious", ...commands, shared]);
      expect(code).toBe(1);
      expect(stdout.replaceAll("\n", " ")).toMatch(
        /mod1 and mod2 both contain \S*\/common\.o\. Do they compile its source with different options\? Then one/,
      );
    }
  });
});

describe.skipIf(!installed("gcc", "make", "ar"))("an ordinary C project", () => {
  test("whose programs share objects on purpose is not suspicious", () => {
    const units = ["common", "list", "text"];
    const root = makeTree({
      ...Object.fromEntries(
        units.map((unit) => [`${unit}.c`, `int ${unit}(int x) { return x * ${unit.length}; }\n`]),
      ),
      "one.c": "int common(int); int main(void) { return common(0); }\n",
      "two.c": "int common(int); int main(void) { return common(0) + common(0); }\n",
      Makefile: `all: build/one build/two build/lib/libparts.so
build/one build/two: build/%: build/%.o build/libparts.a
\tgcc -o $@ $^
build/lib/libparts.so: ${units.map((unit) => `build/temp/${unit}.o`).join(" ")}
\t@mkdir -p build/lib
\tgcc -shared -o $@ $^
build/libparts.a: ${units.map((unit) => `build/temp/${unit}.o`).join(" ")}
\tar rcs $@ $^
build/temp/%.o: %.c
\t@mkdir -p build/temp
\tgcc -O2 -g -fPIC -c $< -o $@
build/%.o: %.c
\tgcc -O2 -g -c $< -o $@
`,
    });
    const log = execFileSync("make", ["-j2"], { cwd: root, encoding: "utf8" });
    fs.writeFileSync(join(root, "log"), log);
    for (const commands of [[], ["--commands", join(root, "log")]])
      expect(run(["diff", "--suspicious", ...commands, root])).toMatchObject({
        code: 0,
        stderr: "",
      });
  });
});
