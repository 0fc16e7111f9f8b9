import { type Capture, GlobError, compileCapture } from "../glob/glob.ts";
import type { FileClassification } from "./path-classification.ts";

const PLACEHOLDER = "{variant}";

/**
 * Compiles a `--variant-pattern`: a glob relative to the tree in which `{variant}` stands for the name of the
 * variant, such as `{variant}/**`. The result classifies paths that match and returns undefined for others.
 *
 * @throws Error whose message names the fault in the pattern.
 */
export function compileVariantPattern(
  pattern: string,
): (path: string) => FileClassification | undefined {
  const at = pattern.indexOf(PLACEHOLDER);
  if (at < 0) throw new Error(`variant pattern '${pattern}' has no ${PLACEHOLDER}`);
  if (pattern.includes(PLACEHOLDER, at + 1))
    throw new Error(`variant pattern '${pattern}' has more than one ${PLACEHOLDER}`);
  if (pattern.startsWith("/"))
    throw new Error(
      `variant pattern '${pattern}' is absolute: it is matched against paths relative to the tree`,
    );
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + PLACEHOLDER.length)];
  for (const part of [before, after]) checkBrackets(part, pattern);
  const capture = compile(pattern, before, after);
  return (path) => {
    const found = capture(path);
    if (found === undefined) return undefined;
    const [from, to] = found;
    const name = joinAround(path.slice(0, from), path.slice(to));
    return { dir: "", name, variant: path.slice(from, to) };
  };
}

function compile(pattern: string, before: string, after: string): Capture {
  try {
    return compileCapture(before, after);
  } catch (error) {
    if (error instanceof GlobError)
      throw new Error(`variant pattern '${pattern}' ${error.message}`, { cause: error });
    throw error;
  }
}

/** Joins the parts around the variant: a separator beside it goes too, or a slash if the variant is a complete component. */
function joinAround(before: string, after: string): string {
  const wholeStart = before === "" || before.endsWith("/");
  return wholeStart ? before + after.replace(/^[-_/]/, "") : before.replace(/[-_.]$/, "") + after;
}

/** A bracket without its partner would stand for itself, which nobody means here. */
function checkBrackets(part: string, pattern: string): void {
  const plain = part.replace(/\\./gs, "");
  for (const [left, right] of ["[]", "{}"]) {
    if (plain.split(left).length > plain.split(right).length)
      throw new Error(`variant pattern '${pattern}' has a ${left} without its ${right}`);
  }
}
