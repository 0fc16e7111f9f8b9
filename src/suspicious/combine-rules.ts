import { type BytePath, compareBytes } from "../core/byte-path.ts";
import type { Suspicion } from "../core/suspicion-report.ts";
import { currentDir } from "../fs/disk.ts";
import type { RewrittenObject } from "./find-rewritten.ts";
import type { SharedObject } from "./find-shared-objects.ts";

/** Joins what both rules say about an object. */
export function combineRules(
  shared: readonly SharedObject[],
  rewritten: readonly RewrittenObject[],
): Suspicion[] {
  const others = new Set(rewritten);
  const suspicions = shared.map(({ object, modules }): Suspicion => {
    const match = rewritten.find(({ output }) => isSamePath(object, output));
    if (match !== undefined) others.delete(match);
    return { object, modules, commands: match?.commands ?? [] };
  });
  for (const { output, commands } of others)
    suspicions.push({ object: output, modules: [], commands });
  return suspicions.sort((a, b) => compareBytes(a.object, b.object));
}

/** Whether an output is an object of the tree. The directory of a relative one is not known. */
function isSamePath(object: BytePath, output: BytePath): boolean {
  const path = object.startsWith("/") ? object : `${currentDir()}/${object}`;
  return output.startsWith("/") ? path === output : path.endsWith(`/${output}`);
}
