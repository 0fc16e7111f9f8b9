import { describe, expect, test } from "vitest";
import { classifyDir } from "../../src/artifacts/variants.ts";
import { classifyPath } from "./classify-path.ts";

/** Paths in which a word names no variant. */
const NO_VARIANT = [
  "werkzeug/debug/shared.so",
  "test/profile/x.o",
  "src/release/x.o",
  "kernel/debug/kdb/kdb.o",
  "coverage/tracer.cpython-311-x86_64-linux-gnu.so",
  "site-packages/coverage/tracer.so",
  "node_modules/debug/src/x.node",
  "usr/lib/debug/usr/bin/x.debug",
  "usr/lib/debug/.build-id/ab/cdef.debug",
  "usr/lib/debug/.dwz/x86_64-linux-gnu/gcc.debug",
  "debug/usr/bin/x.so",
  "base-4.15.1.0/Debug/Trace.hi",
  "base-4.15.1.0/Debug/Trace.o",
  "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/build/Debug/Extra.o",
  ".stack-work/dist/x86_64-linux/build/Debug/Extra.o",
  "compiler-rt/lib/asan/x.o",
  "lib/profile/x.so",
  "F-Prime/Os/CMakeFiles/Os.dir/File.cpp.o",
  "build/classes/java/main/com/acme/debug/Tool.class",
  "target/classes/release/A.class",
  "api/v2/x.o",
  "v2/x.o",
  "lib/shared/x.o",
  "lib/opt/x.o",
  "src/test/x.o",
  "_build/default/src/x.cmi",
  "dist/dev/x.so",
  "Documents/O/x.o",
  "build-tools/x.o",
  "build/release-notes/x.o",
  "out/x.o",
  "k8-opt/x.o",
  "linux_amd64/x.a",
  ".libs/libx.so.1",
  ".libs/prog",
  "libx.dir/static/x.o",
];

describe("no variant", () => {
  test.each(NO_VARIANT)("%s", (path) => {
    expect(classifyPath(path)).toEqual({ unit: path, variant: "" });
  });
});

/** Packages with such names; the variant of their bytecode is its level only. */
describe("Python packages", () => {
  test.each([
    "debug",
    "release",
    "pkg/debug",
    "test/profile",
    "coverage",
    "lib/profile",
    "lib/debug",
    "build/debug",
    "Debug",
  ])("%s", (dir) => {
    const path = `${dir}/__pycache__/m.cpython-312.pyc`;
    expect(classifyPath(path)).toEqual({ unit: path, variant: "0" });
  });
});

const JOINED: readonly (readonly [path: string, unit: string, variant: string])[] = [
  ["build/O2/.libs/x.o", "build/x.o", "O2+pic"],
  ["O2/.libs/x.o", "x.o", "O2+pic"],
  ["build/debug/asan/x.o", "build/x.o", "debug+asan"],
  ["build-release-lto/x.o", "build/x.o", "release+lto"],
  ["cmake-build-debug/sub/libx_d.a", "cmake-build/sub/libx.a", "debug"],
  ["O2/pkg/__pycache__/m.cpython-311.opt-1.pyc", "pkg/__pycache__/m.cpython-311.pyc", "O2+1"],
  [
    "debug/lib/python3/__pycache__/m.cpython-311.pyc",
    "lib/python3/__pycache__/m.cpython-311.pyc",
    "debug+0",
  ],
  ["build/Debug/x.pic.o", "build/x.o", "debug+pic"],
  ["sub/Release/app.exe", "sub/app.exe", "release"],
  ["sub/Release/x.o", "sub/Release/x.o", ""],
  ["DEBUG/x.o", "x.o", "debug"],
  ["x64/Release/x.obj", "x64/x.obj", "release"],
  ["bin/x64/Debug/net8.0/x.dll", "bin/x64/net8.0/x.dll", "debug"],
  [
    "build/linux-x86_64-server-fastdebug/libjvm.so",
    "build/linux-x86_64-server/libjvm.so",
    "fastdebug",
  ],
  ["out/Debug_x64/obj/x.o", "out/x64/obj/x.o", "debug"],
  ["installed/x64-linux/debug/lib/libz.a", "installed/x64-linux/lib/libz.a", "debug"],
  [
    "usr/lib/x86_64-linux-gnu/debug/libstdc++.so.6",
    "usr/lib/x86_64-linux-gnu/libstdc++.so.6",
    "debug",
  ],
  [
    ".build/x86_64-unknown-linux-gnu/release/App.build/main.swift.o",
    ".build/x86_64-unknown-linux-gnu/App.build/main.swift.o",
    "release",
  ],
  [
    "build/temp.win-amd64-cpython-311/Release/src/x.obj",
    "build/temp.win-amd64-cpython-311/src/x.obj",
    "release",
  ],
  ["node_modules/debug/build/Release/x.node", "node_modules/debug/build/x.node", "release"],
  ["build/app-Debug/x.o", "build/app/x.o", "debug"],
];

describe("several layouts, and rarer forms", () => {
  test.each(JOINED)("%s", (path, unit, variant) => {
    expect(classifyPath(path)).toEqual({ unit, variant });
  });
});

test("the tree itself", () => {
  expect(classifyDir("")).toEqual({ unit: "", variant: "" });
  expect(classifyDir(".")).toEqual({ unit: "", variant: "" });
});
