/** Globs for paths, matched in time linear in the path whatever the glob is. */
import { Automaton, type Node, type Spend, reversed } from "./automaton.ts";
import { GlobError, parseGlob } from "./parse-glob.ts";

export { GlobError } from "./parse-glob.ts";

/** Finds where a pattern matches a path; undefined if it does not match. */
export type Capture = (path: string) => readonly [from: number, to: number] | undefined;

const COMPONENT_START: Node = parseGlob("**/", false);

/**
 * Compiles globs to a function that tells whether any of them matches a path without leading and trailing slashes.
 * `a/**` matches `a` too. A glob that starts with `!` matches what the rest of it does not match.
 *
 * @param anyDepth Whether a glob without a slash matches a name at any depth, as in `.gitignore`.
 * @param spend Called with the steps that compiling and matching take; it may throw.
 * @throws GlobError
 */
export function compileGlobs(
  globs: readonly string[],
  { anyDepth, spend }: { readonly anyDepth: boolean; readonly spend?: Spend },
): (path: string) => boolean {
  const positive: Node[] = [];
  const negative: Automaton[] = [];
  for (const glob of globs) {
    const negated = glob.startsWith("!") && !glob.startsWith("!(");
    const bare = trim(negated ? glob.slice(1) : glob);
    const parsed = parseGlob(bare, true);
    const node: Node =
      anyDepth && !bare.includes("/")
        ? { type: "sequence", items: [COMPONENT_START, parsed] }
        : parsed;
    if (negated) negative.push(automatonOf(node, spend));
    else positive.push(node);
  }
  const any =
    positive.length > 0 ? automatonOf({ type: "choice", options: positive }, spend) : undefined;
  return (path) => any?.matches(path) === true || negative.some((each) => !each.matches(path));
}

/**
 * Compiles a pattern with a gap, which stands for one path component or a part of one. Where several parts of a path
 * fit the gap, the last one counts, as short as possible.
 *
 * @throws GlobError
 */
export function compileCapture(before: string, after: string): Capture {
  const start = automatonOf(parseGlob(before, false));
  // Read backwards, as only the end of what follows the gap is known.
  const end = automatonOf(reversed(parseGlob(after, false)));
  return (path) => {
    const tails = end.prefixesOf(path.split("").reverse().join(""));
    const ends = new Set(tails.map((length) => path.length - length));
    for (const from of start.prefixesOf(path).reverse()) {
      for (let to = from + 1; to <= path.length && path[to - 1] !== "/"; to += 1)
        if (ends.has(to)) return [from, to];
    }
    return undefined;
  };
}

/** Without `./` at its start and slashes at its end. */
function trim(glob: string): string {
  let from = 0;
  while (glob.startsWith("./", from)) from += 2;
  let to = glob.length;
  while (to > from && glob[to - 1] === "/") to -= 1;
  return glob.slice(from, to);
}

function automatonOf(node: Node, spend?: Spend): Automaton {
  try {
    return new Automaton(node, spend);
  } catch (error) {
    if (error instanceof RangeError) throw new GlobError("has too many alternatives");
    throw error;
  }
}
