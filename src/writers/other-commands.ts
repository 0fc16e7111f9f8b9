import { type CommandRow, row } from "./command-row.ts";

/** Archivers, tools that change a file after it was made, and tools that copy. */
export const FILE_COMMANDS: readonly CommandRow[] = [
  row("ar gcc-ar", "target", "in-place", "ar -M", { when: [/^-M$/] }),
  row("ar gcc-ar", "archive", "in-place", "ar rcs, gcc-ar rcs, ar rcsT (thin)"),
  row("ranlib gcc-ranlib", "operands", "in-place", "ranlib"),
  row("llvm-ar", "archive", "replace", "llvm-ar rcs, llvm-ar rc (thin)"),
  row("llvm-ranlib", "operands", "in-place", "llvm-ranlib"),
  row("llvm-lib", "-o", "replace", "llvm-lib"),
  row("eu-strip", "-o", "in-place", "eu-strip -o", { when: [/^-o/] }),
  row("eu-strip", "operands", "in-place", "eu-strip x"),
  row("strip", "-o", "replace", "strip -o", { when: [/^(?:-o|--output)/] }),
  row("strip", "operands", "in-place", "strip x, strip x.o"),
  row("llvm-strip", "operands", "replace", "llvm-strip x, llvm-strip -o"),
  row("objcopy", "objcopy in place", "in-place", "objcopy x.o"),
  row("objcopy", "objcopy", "replace", "objcopy a b, objcopy --only-keep-debug"),
  row("llvm-objcopy", "objcopy in place", "replace", "llvm-objcopy x.o"),
  row("llvm-objcopy", "objcopy", "replace", "llvm-objcopy a b, llvm-objcopy --only-keep-debug"),
  row("patchelf", "target", "none", "", { when: [/^--(?:print|help|version)/] }),
  row("patchelf", "-o", "in-place", "patchelf --output", { when: [/^--output(?:=|$)/] }),
  row("patchelf", "last", "in-place", "patchelf"),
  row(
    "chrpath debugedit elfedit setcap",
    "operands",
    "in-place",
    "chrpath -r, debugedit, elfedit, setcap",
  ),
  row("dwz", "operands", "replace", "dwz"),
  row("cp", "copies", "none", "", { when: [/^(?:-[a-zA-Z]*n\w*|--no-clobber)$/] }),
  row("cp", "copies", "replace", "cp --remove-destination, ln -f", {
    when: [/^(?:-[a-zA-Z]*[lsb]\w*|--link|--symbolic-link|--backup.*|--remove-destination)$/],
  }),
  row("cp", "copies", "in-place", "cp, cp -p, cp -f, cp -r, cp -u"),
  row("install ginstall install-sh", "target", "none", "", { when: [/^-(?:\w*d\w*|-directory)$/] }),
  row("install ginstall install-sh", "copies", "replace", "install, install -s"),
  row("mv ln", "copies", "replace", "mv, ln -f"),
  row("rsync", "copies", "in-place", "rsync --inplace", { when: [/^--inplace$/] }),
  row("rsync", "copies", "replace", "rsync"),
  row("tee touch truncate", "operands", "in-place", "tee, touch, truncate"),
  row("dd", "of=", "in-place", "dd"),
  row("sed", "operands", "replace", "sed -i", { when: [/^(?:-[nErsuz]*i|--in-place)/] }),
  row("tar bsdtar unzip", "target", "replace", "tar -x", {
    first: /^(?:-?\w*x\w*|--extract|-\w*o)$/,
  }),
];

/** CMake's `cmake -E`, by the word that follows. */
export const CMAKE_COMMANDS: readonly CommandRow[] = [
  row(
    "copy copy_if_different rename",
    "copies",
    "replace",
    "cmake -E copy, cmake -E copy_if_different, cmake -E rename",
  ),
  row("copy_directory", "copies", "replace", "cmake -E copy_directory"),
  row("create_hardlink create_symlink", "last", "replace", "cmake -E create_hardlink"),
  row("touch touch_nocreate", "operands", "in-place", "cmake -E touch"),
];

/** Compilers to bytecode, and generators. */
export const BYTECODE_COMMANDS: readonly CommandRow[] = [
  row("erlc rebar3", "target", "replace", "erlc, rebar3 compile"),
  row("elixirc mix", "target", "in-place", "elixirc, mix compile (protocols)"),
  row("javac ecj scalac", "target", "in-place", "javac, ecj, scalac"),
  row("kotlinc", "target", "in-place", "measured by hand: kotlinc"),
  row("jar", "target", "replace", "jar cf, jar uf", {
    first: /^(?:-?\w*[cu]\w*|--create|--update)$/,
  }),
  row("zip", "target", "in-place", "zip"),
  row("emacs", "target", "replace", "emacs batch-byte-compile", { when: [/byte-compile/] }),
  row("luac luajit mrbc", "-o", "in-place", "luac, luajit -b, mrbc"),
  row("msgfmt", "-o", "replace", "msgfmt"),
  row("pybabel", "-o", "in-place", "pybabel compile"),
  row("lrelease", "target", "in-place", "lrelease"),
  row("protoc", "target", "in-place", "protoc --cpp_out, protoc --descriptor_set_out"),
  row("tsc esbuild sassc", "target", "in-place", "tsc --sourceMap, esbuild --minify, sassc"),
  row(
    "webpack rollup babel swc sass terser",
    "target",
    "in-place",
    "measured by hand: webpack rollup babel swc sass terser",
  ),
  row("compileall py_compile", "target", "replace", "python -m compileall, python -m py_compile"),
  row("setup.py", "target", "replace", "fixtures/rewrites.txt: setuptools", {
    when: [/^(?:build|develop|install)/],
  }),
];
