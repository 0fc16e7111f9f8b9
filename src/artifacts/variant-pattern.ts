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
  const before = globSource(pattern.slice(0, at), pattern);
  const after = globSource(pattern.slice(at + PLACEHOLDER.length), pattern);
  const regexp = new RegExp(`^(${before})([^/]+?)(${after})$`, "s");
  return (path) => {
    const match = regexp.exec(path);
    if (match === null) return undefined;
    return { dir: "", name: joinAround(match[1], match[3]), variant: match[2] };
  };
}

/** Joins the parts around the variant: a separator beside it goes too, or a slash if the variant is a complete component. */
function joinAround(before: string, after: string): string {
  const wholeStart = before === "" || before.endsWith("/");
  return wholeStart ? before + after.replace(/^[-_/]/, "") : before.replace(/[-_.]$/, "") + after;
}

/** Translates part of a glob to a regular expression: `**`, `*`, `?`, `[…]`, `{a,b}`. */
function globSource(glob: string, whole: string): string {
  let source = "";
  let braces = 0;
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i];
    if (char === "*" && glob[i + 1] === "*") {
      const slash = glob[i + 2] === "/";
      source += slash ? "(?:[^/]+/)*" : ".*";
      i += slash ? 2 : 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = glob.indexOf("]", i + 2);
      if (end < 0) throw new Error(`variant pattern '${whole}' has a [ without its ]`);
      source += characterClass(glob.slice(i + 1, end));
      i = end;
    } else if (char === "{") {
      braces++;
      source += "(?:";
    } else if (char === "}" && braces > 0) {
      braces--;
      source += ")";
    } else if (char === "," && braces > 0) source += "|";
    else if (char === "\\" && i + 1 < glob.length) source += escape(glob[++i]);
    else source += escape(char);
  }
  if (braces > 0) throw new Error(`variant pattern '${whole}' has a { without its }`);
  return source;
}

function characterClass(inside: string): string {
  const negated = inside.startsWith("!") || inside.startsWith("^");
  const chars = (negated ? inside.slice(1) : inside).replace(/[\\\]^]/g, "\\$&");
  return negated ? `[^/${chars}]` : `[${chars}]`;
}

function escape(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
