import type { BytePath } from "../core/byte-path.ts";
import type { DepRule } from "./depfile.ts";

/**
 * Parses the `compiler_depend.internal` of CMake's Makefile generators: one output per line, relative to the
 * top of the build directory, followed by its prerequisites, one per line, each indented by a space.
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
