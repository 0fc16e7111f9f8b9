/** The options that select files. Each function throws a `DedupeError` that names the option. */
import { KINDS, kindByName } from "../artifacts/kinds.ts";
import { type FileClassification, compileVariantPattern } from "../artifacts/variants.ts";
import { type BytePath, fromText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { didYouMean, nearest } from "../core/suggest.ts";
import { GlobError, compileGlobs } from "../glob/glob.ts";

export function resolveKind(name: string): number {
  const kind = kindByName(name);
  if (kind >= 0) return kind;
  const ending = name.replace(/^\*?\.?/, ".");
  const byEnding = KINDS.filter(({ endings }) => endings.includes(ending));
  const near =
    byEnding.length > 0
      ? byEnding.map((known) => known.name)
      : nearest(
          name,
          KINDS.map((known) => known.name),
        );
  const hint = didYouMean(near) ?? "--list-kinds prints them all";
  throw new DedupeError("bad-kind", `unknown kind '${name}'`, hint);
}

/** Refuses a glob that the walk could not compile. */
export function checkGlobs(option: string, globs: readonly string[]): readonly string[] {
  for (const glob of globs) {
    try {
      compileGlobs([glob], { anyDepth: true });
    } catch (error) {
      if (error instanceof GlobError)
        throw new DedupeError("bad-glob", `${option}: '${glob}' ${error.message}`);
      throw error;
    }
  }
  return globs;
}

export function resolvePatterns(
  patterns: readonly string[],
): ((path: BytePath) => FileClassification | undefined) | undefined {
  if (patterns.length === 0) return undefined;
  const compiled = patterns.map((pattern) => {
    try {
      return compileVariantPattern(pattern);
    } catch (error) {
      throw new DedupeError(
        "bad-glob",
        (error as Error).message,
        "it looks like '{variant}/**' or '**/*.{variant}.o'",
      );
    }
  });
  return (path) => {
    for (const placeOf of compiled) {
      const place = placeOf(path);
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

export function resolveVariants(
  names: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const distinct = new Set(names);
  if (distinct.size < 2) {
    throw new DedupeError(
      "few-variants",
      `only one variant was given (${names[0]}): there is nothing to compare it with`,
      "give -o at least twice, for example: -o 0 -o 1 -o 2",
    );
  }
  return new Set(names.map(fromText));
}
