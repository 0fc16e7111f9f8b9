import { type Condition, DIR_RULES } from "./directory-rules.ts";
import {
  BUILD_DIR_PREFIXES,
  isPlatform,
  EXACT_PREFIXES,
  AMBIGUOUS_WORDS,
  UNAMBIGUOUS_WORDS,
  variantOfWord,
} from "./variant-words.ts";

/** A directory's name split into variant and rest. Whether it counts depends on the neighboring directories. */
export interface DirName {
  readonly variant: string;
  /** The part of the name that stays in the unit; "" if none does. */
  readonly rest: string;
  readonly when: Condition;
}

/** Caches results by name, as trees repeat few names many times; null: no variant. */
const known = new Map<string, DirName | null>();
const MAX_KNOWN = 20_000;

/** The variant that a directory's name may contain; undefined for most names. */
export function parseDirName(name: string): DirName | undefined {
  let found = known.get(name);
  if (found === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    found =
      wholeWord(name) ??
      byRule(name) ??
      afterBuildPrefix(name) ??
      beforePlatform(name) ??
      lastWords(name) ??
      null;
    known.set(name, found);
  }
  return found ?? undefined;
}

/** The whole name: `O2`, `-O2`, `Debug`. */
function wholeWord(name: string): DirName | undefined {
  const variant = variantOfWord(name.startsWith("-O") ? name.slice(1) : name);
  if (variant === undefined) return undefined;
  return {
    variant,
    rest: "",
    when: UNAMBIGUOUS_WORDS.has(variant) ? "always" : "word",
  };
}

function byRule(name: string): DirName | undefined {
  for (const { pattern, variant, when } of DIR_RULES) {
    const groups = pattern.exec(name)?.groups;
    if (!groups) continue;
    const v = groups.v ?? "";
    const named = typeof variant === "string" ? variant : (variant?.[v] ?? v);
    return { variant: named, rest: (groups.a ?? "") + (groups.b ?? ""), when };
  }
  return undefined;
}

/** Words at the end of a build directory's name: `build-debug`, `cmake-build-relwithdebinfo`, `out_O2`, `build-app-Desktop_Qt_6_5-Debug`. */
function afterBuildPrefix(name: string): DirName | undefined {
  const prefix = /^(?:cmake-build|[A-Za-z_]+?)(?=[-_.])/.exec(name)?.[0];
  if (prefix === undefined) return undefined;
  const { rest, variant } = cutWords(name, () => true);
  if (variant === "") return undefined;
  if (
    BUILD_DIR_PREFIXES.has(prefix) ||
    prefix === "cmake-build" ||
    (EXACT_PREFIXES.has(prefix) && rest === prefix)
  ) {
    return { variant, rest, when: "always" };
  }
  return undefined;
}

/** A word before a platform: Xcode's `Debug-iphoneos`, GN's `Debug_x64`. */
function beforePlatform(name: string): DirName | undefined {
  const word = /^[A-Za-z0-9]+(?=[-_])/.exec(name)?.[0];
  const variant = word === undefined ? undefined : variantOfWord(word);
  if (word === undefined || variant === undefined) return undefined;
  const rest = name.slice(word.length + 1);
  return isPlatform(rest) ? { variant, rest, when: "in-build" } : undefined;
}

/** Words at the end of a name directly below a build directory: `gcc-debug`, `x64-Debug`, `linux-x86_64-server-release`. */
function lastWords(name: string): DirName | undefined {
  const { rest, variant } = cutWords(name, (word) => !AMBIGUOUS_WORDS.has(word));
  return variant === "" ? undefined : { variant, rest, when: "in-build" };
}

/** Splits the words that name variants off the end: "build-debug-asan" becomes "build" and "debug+asan". */
function cutWords(
  name: string,
  accepts: (variant: string) => boolean,
): { rest: string; variant: string } {
  const words: string[] = [];
  let rest = name;
  for (;;) {
    const at = Math.max(rest.lastIndexOf("-"), rest.lastIndexOf("_"), rest.lastIndexOf("."));
    const word = at > 0 ? variantOfWord(rest.slice(at + 1)) : undefined;
    if (word === undefined || !accepts(word)) break;
    words.unshift(word);
    rest = rest.slice(0, at);
  }
  return { rest, variant: words.join("+") };
}
