import { type BytePath, nameOf } from "../core/byte-path.ts";
import type { DepRule } from "./depfile.ts";
import { absolute } from "../fs/absolute.ts";
import { stemOf } from "./paths.ts";

/** Relative prerequisites that are tried to tell where the tool ran. */
const TRIED = 8;

/** What is asked of the disk. */
export interface FileLookup {
  readonly isThere: (path: BytePath) => boolean;
  /** Whether two absolute paths lead to one name, by links in their directories. */
  readonly isSameName: (a: BytePath, b: BytePath) => boolean;
  /** The directories in a directory. */
  readonly subdirs: (path: BytePath) => readonly BytePath[];
}

/**
 * The prerequisites that rules give for an output, as paths that can be looked at; undefined where no
 * rule is about it.
 *
 * Relative paths start at the directory in which the tool ran, which nobody wrote down: it is one under which
 * the rule's own target is the output, and under which a prerequisite exists.
 *
 * @param output Absolute.
 * @param bases Directories in which the tool may have run, the likeliest first.
 */
export function resolveRules(
  rules: readonly DepRule[],
  output: BytePath,
  bases: readonly BytePath[],
  lookup: FileLookup,
): BytePath[] | undefined {
  const stem = stemOf(output);
  const lastName = nameOf(stem);
  const found: BytePath[] = [];
  let known = false;
  for (const { targets, prerequisites } of rules) {
    const target = targets.find((each) => nameOf(stemOf(each)) === lastName);
    if (target === undefined) continue;
    const likely = basesOf(target, stem, output, bases, lookup);
    if (likely === undefined) continue;
    known = true;
    const base = chooseBase(prerequisites, likely, lookup);
    for (const path of prerequisites) found.push(path.startsWith("/") ? path : `${base}/${path}`);
  }
  return known ? found : undefined;
}

/** The directories to try, those under which the target is the output first; undefined where the target is another file. */
function basesOf(
  target: BytePath,
  stem: BytePath,
  output: BytePath,
  bases: readonly BytePath[],
  { isSameName, subdirs }: FileLookup,
): readonly BytePath[] | undefined {
  if (target.startsWith("/")) {
    return stemOf(absolute("/", target)) === stem || isSameName(target, output) ? bases : undefined;
  }
  const plain = stemOf(target.replace(/^(?:\.\/+)+/, ""));
  if (!plain.startsWith("../")) {
    // gcc -MM names the target without its directory: then the base is above.
    return stem.endsWith(`/${plain}`)
      ? [stem.slice(0, -plain.length - 1) || "/", ...bases]
      : undefined;
  }
  const right = bases.filter((base) => stemOf(absolute(base, target)) === stem);
  // `cd src && gcc -o ../out/x.o`: the tool ran in a sibling of a directory that holds the output.
  const below = plain.slice("../".length);
  if (!below.startsWith("../") && stem.endsWith(`/${below}`)) {
    right.push(...subdirs(stem.slice(0, -below.length - 1) || "/"));
  }
  return right.length > 0 ? right : undefined;
}

function chooseBase(
  prerequisites: readonly BytePath[],
  bases: readonly BytePath[],
  { isThere }: FileLookup,
): BytePath {
  const relative = prerequisites.filter((path) => !path.startsWith("/")).slice(0, TRIED);
  if (relative.length === 0) return bases[0];
  return bases.find((base) => relative.some((path) => isThere(`${base}/${path}`))) ?? bases[0];
}
