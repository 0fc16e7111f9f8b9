import { join } from "node:path";

import { findProgram, runSync } from "./processes.mjs";

const SOURCES = new URL("../", import.meta.url).pathname;

/**
 * Compiles one of the benchmark's C programs.
 * @param {string} name of the source, without `.c`
 * @param {string} directory where the program is put
 * @returns {string | undefined} its path; nothing where there is no compiler or it does not compile here
 */
export function compileProgram(name, dir) {
  const compiler = findProgram("cc") ?? findProgram("gcc") ?? findProgram("clang");
  if (!compiler) return undefined;
  const program = join(dir, name);
  const { ok } = runSync(compiler, ["-O2", "-pthread", "-o", program, join(SOURCES, `${name}.c`)]);
  return ok ? program : undefined;
}
