import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sourceOf } from "../support/reused-buffer.ts";
import { producerOf, producersIn } from "../../src/writers/producers.ts";
import { beam, elf } from "../support/contents.ts";
import { installed } from "../support/installed.ts";
import { makeTree } from "../support/tree.ts";

const GCC = "GCC: (Debian 12.2.0-14) 12.2.0";
const CLANG = "Debian clang version 14.0.6";

/** The producer of a file as "effect command". */
function producer(kind: string, bytes: Uint8Array, path = ""): string | undefined {
  const found = producerOf(producersIn(sourceOf(bytes)), kind, path);
  return found && `${found.effect} ${found.command}`;
}

describe("ELF files", () => {
  test.each<[string, string, string[], string[], string | undefined]>([
    ["gcc -c", "object", [GCC], [], "replace gcc"],
    ["clang -c", "object", [CLANG], [".llvm_addrsig"], "replace clang"],
    ["llc", "object", [CLANG], [], "unknown clang or llc"],
    ["as", "object", [], [], undefined],
    ["mold -r", "object", ["mold 1.10.1 (compatible with GNU ld)", GCC], [], "in-place mold"],
    ["ld.lld -r", "object", ["Linker: Debian LLD 14.0.6", GCC], [], "replace ld.lld"],
    ["rustc --emit=obj", "object", ["rustc version 1.95.0 (x)"], [], "in-place rustc"],
    ["ghc -c", "object", ["GHC 9.0.2"], [], "touch ghc"],
    ["fpc", "object", [], [".fpc.n_version"], "in-place fpc"],
    ["ldc2", "object", ["ldc version 1.30.0"], [], "replace ldc2"],
    ["ld.bfd", "executable", [GCC, "GHC 9.0.2"], [], "replace gcc"],
    ["gold", "executable", [], [".note.gnu.gold-version"], "replace ld.gold"],
    ["lld", "executable", [GCC, "Linker: LLD 22.1.2 (/checkout)"], [], "replace ld.lld"],
    ["mold", "executable", ["mold 1.10.1", GCC], [], "in-place mold"],
    ["mold", "shared-library", ["mold 1.10.1", GCC], [], "replace mold"],
    ["another linker", "executable", ["Linker: Wild version 0.1", GCC], [], "unknown a linker"],
    ["go build", "executable", [], [".go.buildinfo"], "touch go"],
    [
      "go build with cgo and mold",
      "executable",
      ["mold 2.0", GCC],
      [".go.buildinfo"],
      "in-place mold",
    ],
    ["a stripped program", "executable", [], [".text"], undefined],
    ["a name that only looks like one", "object", ["my GCC: (x)"], [], undefined],
  ])("%s (%s)", (_, kind, comments, sections, expected) => {
    const type = kind as "object" | "executable" | "shared-library";
    expect(producer(kind, elf(type, "code", { comments, sections: [".text", ...sections] }))).toBe(
      expected,
    );
  });
});

describe("objects of rustc", () => {
  const RUSTC = elf("object", "code", { comments: ["rustc version 1.95.0 (x)"] });
  const SESSION = "s-hodmwji2bs-0wpfinu-72emx82cu037jsbg2kfrds5h1";

  test.each<[string, string]>([
    [`target/debug/incremental/demo-02pjhu884i5qh/${SESSION}/4plnws2c.o`, "replace rustc"],
    [`incremental/my_crate-3uw61hulw7o9a/${SESSION}/4plnws2c.o`, "replace rustc"],
    ["incremental/demo-02pjhu884i5qh/s-hodmwji2bs-0wpfinu-working/4plnws2c.o", "in-place rustc"],
    [`incremental/demo-02pjhu884i5qh/${SESSION}/sub/4plnws2c.o`, "in-place rustc"],
    [`notincremental/demo-02pjhu884i5qh/${SESSION}/4plnws2c.o`, "in-place rustc"],
    ["target/debug/deps/demo-c466a92980265586.4plnws2c.rcgu.o", "in-place rustc"],
  ])("%s: %s", (path, expected) => expect(producer("object", RUSTC, path)).toBe(expected));
});

describe("other files", () => {
  const pyc = (magic: number): Buffer => Buffer.from([magic & 255, magic >> 8, 0x0d, 0x0a, 0, 0]);

  test.each<[string, string, Uint8Array, string | undefined]>([
    [
      "go tool compile",
      "object",
      Buffer.from("!<arch>\n__.PKGDEF       0"),
      "in-place go tool compile",
    ],
    ["an archive", "object", Buffer.from("!<arch>\nx.o/"), undefined],
    ["CPython 3.11", "python-bytecode", pyc(3495), "replace python3"],
    ["CPython 3.3", "python-bytecode", pyc(3230), "unknown python3"],
    ["CPython 2.7", "python-bytecode", pyc(62_211), "in-place python2"],
    ["no bytecode", "python-bytecode", Buffer.from("text"), undefined],
    ["erlc", "beam", beam("/src/x.erl"), "replace erlc"],
    ["elixirc", "beam", beam("/lib/x.ex"), "unknown elixirc"],
    ["a module without a source", "beam", beam(undefined), undefined],
    ["a kind without names", "java-class", Buffer.from("\xca\xfe\xba\xbe"), undefined],
  ])("%s", (_, kind, bytes, expected) => expect(producer(kind, bytes)).toBe(expected));
});

describe("real tools", () => {
  const C = { "x.c": "int main(void) { return 0; }\n" };
  const SOURCES = {
    ...C,
    "x.rs": "fn main() {}\n",
    "X.hs": "module X where\n",
    "x.go": "package main\nfunc main() {}\n",
    "x.erl": "-module(x).\n",
    "x.ex": "defmodule X do\nend\n",
  };
  test.for<[string, string, string, string, string]>([
    ["gcc", "gcc -c x.c -o out", "out", "object", "replace gcc"],
    ["gcc", "gcc x.c -o out", "out", "executable", "replace gcc"],
    ["clang", "clang -c x.c -o out", "out", "object", "replace clang"],
    [
      "llc",
      "clang -S -emit-llvm x.c -o x.ll && llc -filetype=obj x.ll -o out",
      "out",
      "object",
      "unknown clang or llc",
    ],
    ["ld.lld", "clang -fuse-ld=lld x.c -o out", "out", "executable", "replace ld.lld"],
    ["ld.gold", "gcc -fuse-ld=gold x.c -o out", "out", "executable", "replace ld.gold"],
    ["mold", "gcc -fuse-ld=mold x.c -o out", "out", "executable", "in-place mold"],
    ["mold", "gcc -s -fuse-ld=mold x.c -o out", "out", "executable", "in-place mold"],
    ["rustc", "rustc --crate-type lib --emit=obj x.rs -o out", "out", "object", "in-place rustc"],
    ["ghc", "ghc -v0 -c X.hs -o out", "out", "object", "touch ghc"],
    ["go", "HOME=$PWD GO111MODULE=off go build -o out x.go", "out", "executable", "touch go"],
    ["go", "go tool compile -o out x.go", "out", "object", "in-place go tool compile"],
    ["erlc", "erlc x.erl", "x.beam", "beam", "replace erlc"],
    ["elixirc", "HOME=$PWD elixirc x.ex", "Elixir.X.beam", "beam", "unknown elixirc"],
  ])("%s: %s", ([tool, command, output, kind, expected], { skip }) => {
    if (!hasTool(tool)) skip(`${tool} is not installed`);
    const root = makeTree(SOURCES);
    execFileSync("sh", ["-c", command], { cwd: root, stdio: "pipe" });
    expect(producer(kind, readFileSync(`${root}/${output}`))).toBe(expected);
  });
});

/** go and the Erlang tools know no --version. */
function hasTool(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return installed(name);
  }
}
