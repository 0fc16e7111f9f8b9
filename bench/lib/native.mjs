import { join } from "node:path";

import { findProgram, runSync } from "./processes.mjs";

const SOURCES = new URL("../", import.meta.url).pathname;

/**
 * Compiles one of the benchmark's C programs.
 * @param {string} name of the source file, without `.c`
 * @param {string} dir for the program
 * @returns {string | undefined} its path; undefined if there is no compiler or the program does not compile
 */
export function compileProgram(name, dir) {
  const compiler = findProgram("cc") ?? findProgram("gcc") ?? findProgram("clang");
  if (!compiler) return undefined;
  const program = join(dir, name);
  const { ok } = runSync(compiler, ["-O2", "-pthread", "-o", program, join(SOURCES, `${name}.c`)]);
  return ok ? program : undefined;
}
