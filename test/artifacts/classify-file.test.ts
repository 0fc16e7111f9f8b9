import { describe, expect, test } from "vitest";
import { classifyPath } from "./classify-path.ts";

/** File names that contain no variant. */
const NO_VARIANT = [
  "trace_debug.o",
  "mem_profile.o",
  "libfoo-gd.a",
  "libclang_rt.asan-x86_64.so",
  "libclang_rt.profile.a",
  "libgcc_s.so.1",
  "libasan.so.8",
  "raspberry_pie",
  "generate_pic",
  "debug",
  "release",
  "debug.o",
  "O2",
  "O2.o",
  "pic.o",
  "-debug.o",
  "Qt5Cored.dll",
  "x.c.o",
];

describe("no variant", () => {
  test.each(NO_VARIANT)("%s", (path) => {
    expect(classifyPath(path)).toEqual({ unit: path, variant: "" });
  });
});

const VARIANTS: readonly (readonly [path: string, unit: string, variant: string])[] = [
  ["x-debug-O2.o", "x.o", "debug+O2"],
  ["m.cpython-311.opt-custom.pyc", "m.cpython-311.pyc", "custom"],
  ["__pycache__/m.cpython-34.pyo", "__pycache__/m.cpython-34.pyc", "1"],
  ["m.cpython-311-pytest-7.4.0.pyc", "m.cpython-311-pytest-7.4.0.pyc", "0"],
  ["a.b.cpython-311.opt-2.pyc", "a.b.cpython-311.pyc", "2"],
  ["m.opt-1.pyc", "m.pyc", "1"],
  ["libHSbase_p.a", "libHSbase.a", "p"],
  ["x_static.a", "x.a", "static"],
  ["libx-mt.so.1.74.0", "libx.so.1.74.0", "mt"],
];

describe("a variant in the file name", () => {
  test.each(VARIANTS)("%s", (path, unit, variant) => {
    expect(classifyPath(path)).toEqual({ unit, variant });
  });
});
