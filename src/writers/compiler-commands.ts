import { type CommandRow, row } from "./command-row.ts";

const GCC = "gcc g++ gfortran gdc gnatgcc";
const CLANG = "clang clang++ clang-cl";
/** Names of gcc as well as of clang. */
const CC = "cc c++ f77 f90 f95";
const C_COMPILERS = `${GCC} ${CLANG} ${CC}`;
const ASSEMBLY = /\.(?:s|S|sx|asm)$/;
const MOLD = /^(?:-fuse-ld=|-B|--ld-path=).*mold/;
const OCAML = "ocamlc ocamlopt";

/** Compilers, assemblers and linkers. */
export const COMPILER_COMMANDS: readonly CommandRow[] = [
  row(C_COMPILERS, "target", "none", "", {
    when: [/^-(?:MM?|fsyntax-only|-version|-help|v|dump.+|print-.+)$/],
  }),
  row(`${GCC} ${CC}`, "-o", "in-place", "gcc x.h", { output: /\.gch$/ }),
  row(C_COMPILERS, "-o", "in-place", "gcc --coverage, clang --coverage", { output: /\.gcno$/ }),
  row(CLANG, "-o", "in-place", "clang -gsplit-dwarf", { output: /\.dwo$/ }),
  row(`${GCC} ${CC}`, "-o", "in-place", "gcc -S, gcc -E -o", { when: [/^-[SE]$/] }),
  row(CLANG, "-o", "in-place", "clang -c x.s", { when: [ASSEMBLY] }),
  // Either gcc, which runs `as`, or clang, which assembles by itself.
  row("cc c++", "-o", "unknown", "clang -c x.s, gcc -c x.S", { when: [ASSEMBLY] }),
  row(
    C_COMPILERS,
    "-o",
    "replace",
    "gcc -c, g++ -c, gfortran -c, gdc -c, gnatmake, gcc -c x.S, clang -c, clang++ -c, clang -emit-llvm -c, clang-cl -c",
    { when: [/^[-/]c$/] },
  ),
  row(C_COMPILERS, "-o", "replace", "gcc -shared -fuse-ld=mold, mold -shared", {
    when: [/^-shared$/, MOLD],
    writer: "mold",
  }),
  row(C_COMPILERS, "-o", "in-place", "gcc -fuse-ld=mold, clang -fuse-ld=mold", {
    when: [MOLD],
    writer: "mold",
  }),
  row(C_COMPILERS, "-o", "unknown", "", {
    when: [/^(?:-fuse-ld=(?!(?:bfd|gold|lld|ld)$)|--ld-path=)/],
  }),
  row(C_COMPILERS, "-o", "in-place", "measured by hand: gold --incremental", {
    when: [/^-Wl,.*--incremental/],
  }),
  row(
    C_COMPILERS,
    "-o",
    "replace",
    "gcc (ld.bfd), gcc -fuse-ld=gold, gcc -shared (ld.bfd), gcc -shared -fuse-ld=gold, gcc -r, clang, clang -fuse-ld=lld, clang -shared -fuse-ld=lld, gfortran, gdc, clang -S, clang -E -o",
  ),
  row("nvcc", "-o", "in-place", "nvcc -ptx, nvcc -cubin", {
    when: [/^--?(?:ptx|cubin|fatbin)$/],
  }),
  row("nvcc", "-o", "replace", "nvcc -c"),
  row("as gas", "-o", "replace", "as"),
  row("nasm yasm", "-o", "in-place", "nasm -f elf64, nasm -f win64, yasm -f elf64"),
  row("fasm", "second", "in-place", "fasm"),
  row("ld ld.gold gold", "-o", "in-place", "measured by hand: gold --incremental", {
    when: [/^--incremental/],
  }),
  row("ld ld.bfd ld.gold gold", "-o", "replace", "ld, ld.gold, ld -r, ld.gold -r"),
  row("ld.lld lld wasm-ld", "-o", "replace", "ld.lld, ld.lld -r, wasm-ld, wasm-ld -r"),
  row("lld-link", "-o", "replace", "lld-link /dll"),
  row("mold ld.mold", "-o", "replace", "mold -shared", { when: [/^-shared$/] }),
  row("mold ld.mold", "-o", "in-place", "mold, mold -r"),
  row("tcc", "-o", "replace", "tcc -c, tcc, tcc -shared"),
  row("ldc2", "-o", "replace", "ldc2 -c, ldc2"),
  row("gnatmake gprbuild", "-o", "replace", "gnatmake x, gnatmake x.o, gprbuild"),
  row("nim", "target", "replace", "nim c", { when: [/^(?:c|cc|cpp|compile)$/] }),
  row("mcs", "-o", "replace", "mcs, mcs -target:library"),
  row("fpc", "-o", "in-place", "fpc"),
  row("rustc", "-o", "in-place", "rustc --emit=obj, rustc --emit=llvm-bc", {
    output: /\.(?:o|bc|s|ll|d)$/,
  }),
  row(
    "rustc",
    "-o",
    "replace",
    "rustc rlib, rustc metadata, rustc staticlib, rustc cdylib, rustc bin",
  ),
  row("cargo", "target", "replace", "fixtures/rewrites.txt: cargo", {
    when: [/^(?:build|b|rustc|test|bench)$/],
  }),
  row("go", "-o", "in-place", "go tool compile, go tool asm", {
    when: [/^tool$/, /^(?:compile|asm|pack)$/],
  }),
  row("go", "-o", "replace", "go tool link", { when: [/^tool$/, /^link$/] }),
  row("go", "-o", "replace", "go build -buildmode=c-archive", { output: /\.a$/ }),
  row(
    "go",
    "-o",
    "touch",
    "go build, go install, go test -c, go build -buildmode=c-shared, go build (wasm)",
    {
      when: [/^(?:build|install|test)$/],
    },
  ),
  row("go", "target", "none", "", { first: /^(?:vet|mod|list|env|version|fmt|get|clean)$/ }),
  row("ghc", "-o", "in-place", "ghc -c, ghc -dynamic-too, ghc -fwrite-ide-info", {
    output: /\.(?:\w*_)?hie?(?:-boot)?$/,
  }),
  row("ghc", "-o", "touch", "ghc -c, ghc -dynamic-too", { output: /\.(?:\w*_)?o(?:-boot)?$/ }),
  row("ghc", "-o", "replace", "ghc -o, ghc -shared"),
  row(OCAML, "-o", "in-place", "ocamlc -c, ocamlopt -c, ocamlc -a, ocamlopt -a", {
    output: /\.(?:cmo|cmx|cma|cmxa)$/,
  }),
  row(
    OCAML,
    "-o",
    "replace",
    "ocamlc -c, ocamlopt -c, ocamlopt -a, ocamlopt -shared, ocamlc -o, ocamlopt -o",
  ),
  row("dune", "target", "replace", "fixtures/rewrites.txt: dune", { when: [/^build$/] }),
  row("llc llvm-mc", "-o", "in-place", "llc -filetype=obj, llvm-mc -filetype=obj"),
  row(
    "opt llvm-link llvm-as llvm-dis llvm-dwp",
    "-o",
    "in-place",
    "opt, llvm-link, llvm-as, llvm-dwp",
  ),
  row(
    "wat2wasm wasm-opt wasm-as wasm-merge wasm-metadce",
    "-o",
    "in-place",
    "wat2wasm, wasm-opt, wasm-as, wasm-metadce",
  ),
  row("wasm-strip", "operands", "in-place", "wasm-strip"),
  row(
    "glslangValidator glslc spirv-as spirv-opt",
    "-o",
    "in-place",
    "glslangValidator -V, glslc, spirv-as",
  ),
  row("dtc", "-o", "in-place", "dtc"),
];
