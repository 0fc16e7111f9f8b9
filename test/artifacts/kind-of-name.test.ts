import { describe, expect, test, vi } from "vitest";
import { isStateDir, kindOfName, KINDS } from "../../src/artifacts/kinds.ts";
import { nameOfKind } from "./classify-path.ts";

const NAMES: Record<string, string> = {
  "python-bytecode": "m.pyc m.pyo m.cpython-311.pyc m.cpython-311.opt-2.pyc __init__.pypy39.pyc",
  object: "x.o x.c.o x.os x.pico x.dyn_o x.p_o x.thr_o x.rcgu.o .x.o a.b.c.o",
  "windows-object": "x.obj X.OBJ",
  "static-library": "libx.a libx_d.a libHSbase_p.a libx.dll.a",
  "windows-library": "x.lib X.LIB",
  "rust-library": "libx-0123456789abcdef.rlib",
  "rust-metadata": "libx.rmeta",
  "shared-library":
    "libx.so libx.so.1 libx.so.1.2.3 x.cpython-311-x86_64-linux-gnu.so libx.1.dylib x.node x.cmxs libstdc++.so.6.0.30",
  dll: "x.dll X.DLL m.pyd m.cp311-win_amd64.pyd",
  executable: "x.exe X.EXE x.elf x.axf x.efi App.AppImage",
  "kernel-module": "x.ko",
  "llvm-bitcode": "x.bc",
  wasm: "x.wasm",
  "cuda-code": "x.cubin x.fatbin x.ptx",
  shader: "x.spv x.cso",
  "device-tree": "x.dtb x.dtbo",
  "ghc-interface": "X.hi X.dyn_hi X.p_hi X.hi-boot X.hie",
  "ocaml-interface": "x.cmi x.cmt x.cmti",
  "ocaml-object": "x.cmo x.cmx",
  "ocaml-library": "x.cma x.cmxa",
  "java-class": "X.class X$1.class",
  "java-archive": "x.jar x.war x.aar x.apk",
  beam: "x.beam Elixir.X.beam",
  "emacs-bytecode": "x.elc",
  "lua-bytecode": "x.luac",
  "ruby-bytecode": "x.mrb",
  "php-bytecode": "x.php.bin",
  "fortran-module": "x.mod x.smod",
  "ada-library": "x.ali",
  "pascal-unit": "x.ppu",
  "swift-module": "x.swiftmodule x.swiftdoc",
  "precompiled-header": "x.h.gch",
  "compiled-module": "x.pch x.pcm x.gcm",
  "debug-symbols": "x.debug libx.so.1.debug x.dbg",
  "split-debug": "x.dwo x.dwp",
  "program-database": "x.pdb",
  "coverage-notes": "x.gcno",
  "message-catalog": "x.mo x.gmo",
  "web-bundle": "x.min.js x.bundle.js x.min.css",
  "source-map": "x.js.map x.css.map x.d.ts.map",
  "by-content":
    "gcc python3.11 test.opt main.byte a.bin x.out perl5.36.0 x86_64-linux-gnu-gcc-12 libx.so.1.bak0 x.so.1a foo.1",
  state:
    "x.d x.o.d .x.o.cmd x.Po x.Plo x.lo libx.la tsconfig.tsbuildinfo .ninja_log .ninja_deps build.ninja CMakeCache.txt " +
    "compiler_depend.ts link.txt flags.make cmake_install.cmake x.stamp stamp-h1 stamp-anything invoked.timestamp x.map " +
    "app.map x.gcda x.profraw dep-graph.bin .sconsign.dblite config.status config.log x.tlog x.lock .cargo-lock " +
    ".package-lock.json root-output package.cache x.trs .dirstamp x.sqlite x.ilk x.so.symbols query-cache.bin log",
  other:
    "x.c x.h x.cpp x.py x.rs x.go x.java x.js x.ts x.json x.md x.txt x.png X.JPG X.PNG x.html Makefile README LICENSE " +
    "x.tar.gz x.zip go.mod package.json package-lock.json x.cmd .gitignore .bashrc .so .pyc x.py~ x.d.ts x.go x.S x.f90 main.ml",
};

describe("kindOfName", () => {
  for (const [kind, names] of Object.entries(NAMES)) {
    test.each(names.split(" "))(`${kind}: %s`, (name) => {
      expect(nameOfKind(kindOfName(name))).toBe(kind);
    });
  }

  test("finds every ending of the table", () => {
    const wrong = KINDS.flatMap(({ endings }, kind) =>
      endings.filter((ending) => kindOfName(`x${ending}`) !== kind),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ["", "by-content"],
    [".", "other"],
    ["a.", "by-content"],
    ["\xff\xfe.o", "object"],
    ["a\nb.o", "object"],
    [`${"x".repeat(253)}.o`, "object"],
    ["x.constructor", "by-content"],
    ["__proto__", "by-content"],
  ])("accepts the name %j", (name, kind) => {
    expect(nameOfKind(kindOfName(name))).toBe(kind);
  });
});

/** The ending of the previous name is cached. */
describe("a name, first or after another one", () => {
  const names = ["a.", ".o", "a.o", "a.pyc", "a.min.js", "b.js", "x.constructor", "o", "a.o.cmd"];
  test.each(names)("%s", async (name) => {
    const kind = kindOfName(name);
    for (const before of [undefined, ...names]) {
      vi.resetModules();
      const fresh = await import("../../src/artifacts/kind-of-name.ts");
      if (before !== undefined) fresh.kindOfName(before);
      expect([before, fresh.kindOfName(name)]).toEqual([before, kind]);
    }
  });

  test("an empty ending as the first name", async () => {
    vi.resetModules();
    const fresh = await import("../../src/artifacts/kind-of-name.ts");
    expect(nameOfKind(fresh.kindOfName("a."))).toBe("by-content");
  });
});

describe("isStateDir", () => {
  test.each([
    ".git",
    ".hg",
    ".svn",
    ".fingerprint",
    ".deps",
    "CMakeTmp",
    "CompilerIdC",
    "CompilerIdCXX",
    "meson-private",
    ".gradle",
    ".zig-cache",
    "app.tlog",
    "package.conf.d",
  ])("%s", (name) => expect(isStateDir(name)).toBe(true));
  test.each([
    "",
    "build",
    "target",
    "CMakeFiles",
    ".libs",
    "__pycache__",
    "node_modules",
    "debug",
    "git",
    ".build",
    ".stack-work",
    "incremental",
    ".venv",
  ])("not %j", (name) => expect(isStateDir(name)).toBe(false));
});
