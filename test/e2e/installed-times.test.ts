/** CMake dates installed copies in whole seconds: they look older than the files that they were copied from. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { run } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { makeTree } from "../support/tree.ts";

const PROJECT = {
  "CMakeLists.txt": `cmake_minimum_required(VERSION 3.10)
project(p C)
add_library(shared SHARED lib.c)
add_library(plug MODULE lib.c)
add_executable(prog main.c)
foreach(target prog shared plug)
  add_custom_command(TARGET \${target} PRE_LINK COMMAND sleep 1)
endforeach()
install(TARGETS prog shared plug LIBRARY DESTINATION lib)
`,
  "lib.c": "int lib(void) { return 1; }\n",
  "main.c": "int main(void) { return 0; }\n",
};
const SECOND = 1_000_000_000n;

/** Builds and installs two variants. Each is linked in a later second than its objects are compiled in. */
function makeProject(generator: string): string {
  const root = makeTree(PROJECT);
  const cmake = (...args: string[]): unknown =>
    execFileSync("cmake", args, { cwd: root, stdio: "pipe" });
  for (const variant of ["O2", "O3"]) {
    const build = `build/${variant}`;
    cmake("-S", ".", "-B", build, "-G", generator);
    cmake("--build", build);
    cmake("--install", build, "--prefix", `${root}/stage/${variant}`);
  }
  return root;
}

describe.skipIf(!installed("cmake", "gcc", "make"))("copies that CMake has installed", () => {
  const generators = ["Unix Makefiles", ...(installed("ninja") ? ["Ninja"] : [])];

  test.each(generators)("of two variants are linked, whatever their objects are: %s", (name) => {
    const root = makeProject(name);
    const copies = ["bin/prog", "lib/libplug.so", "lib/libshared.so"];
    for (const copy of copies)
      expect(fs.statSync(`${root}/stage/O3/${copy}`, { bigint: true }).mtimeNs % SECOND).toBe(0n);
    const { json } = run(["--hardlink", "--json", "."], { cwd: root });
    expect(json.skipped.filter(({ detail }) => detail.includes("finish the build"))).toEqual([]);
    for (const copy of copies)
      expect(linked(root)).toContainEqual([`stage/O2/${copy}`, `stage/O3/${copy}`]);
  });
});
