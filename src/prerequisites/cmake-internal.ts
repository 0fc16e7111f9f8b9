import type { BytePath } from "../core/byte-path.ts";
import type { DepRule } from "./depfile.ts";

/**
 * Reads CMake's `compiler_depend.internal` (its Makefile generators): an output a line, from the top of
 * the build directory, and below it, each after a blank, its prerequisites.
 */
export function parseCmakeInternal(text: BytePath): DepRule[] {
  const rules: { targets: BytePath[]; prerequisites: BytePath[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith(" ")) rules.at(-1)?.prerequisites.push(line.slice(1));
    else rules.push({ targets: [line], prerequisites: [] });
  }
  return rules;
}
