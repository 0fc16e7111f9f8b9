/**
 * A naming convention for directories whose name contains a variant. In the pattern, the group `v` is the
 * variant; the groups `a` and `b` stay in the unit.
 */
export interface DirRule {
  /** The layout in `variant-layouts.ts` that the rule belongs to. */
  readonly layout: string;
  readonly pattern: RegExp;
  readonly when: Condition;
  /** The name of the variant, or the names by the text of `v`, if it differs from that text. */
  readonly variant?: string | Readonly<Record<string, string>>;
}

/**
 * Where a name counts as a variant.
 * `always`: anywhere. `in-bazel-out`, `in-android`, `in-cabal`, `in-mix`, `in-nim`, `below-amd64`: below a
 * directory of that tool. `in-build`: directly below a build directory. `word`: next to a build directory,
 * see `classify-directory.ts`.
 */
export type Condition =
  | "always"
  | "in-bazel-out"
  | "in-android"
  | "in-cabal"
  | "in-mix"
  | "in-nim"
  | "below-amd64"
  | "in-build"
  | "word";

const SYSTEMS =
  "linux|darwin|windows|freebsd|netbsd|openbsd|android|js|wasip1|solaris|aix|illumos|plan9|dragonfly|ios";

export const DIR_RULES: readonly DirRule[] = [
  {
    layout: "bazel",
    pattern: /^(?<a>[a-z0-9_]+)-(?<v>(?:fastbuild|dbg|opt)(?:-exec.*|-ST-.*)?)$/,
    when: "in-bazel-out",
  },
  {
    layout: "go",
    pattern: new RegExp(
      `^(?<a>(?:.+_)?(?:${SYSTEMS})_[a-z0-9]+)_(?<v>race|msan|asan|shared|dynlink|v[1-4])$`,
    ),
    when: "always",
  },
  { layout: "go", pattern: /^(?:GOAMD64|goamd64)[=_-](?<v>v[1-4])$/, when: "always" },
  { layout: "go", pattern: /^(?<v>v[1-4])$/, when: "below-amd64" },
  {
    layout: "setuptools",
    pattern: /^(?<a>(?:temp|lib|scripts)\..+)-(?<v>pydebug)$/,
    when: "always",
  },
  {
    layout: "static-and-shared",
    pattern: /^(?<a>.+)[-_](?<v>static|shared)(?<b>\.dir)$/i,
    when: "always",
  },
  { layout: "static-and-shared", pattern: /^(?<a>.+)(?<v>static)(?<b>\.dir)$/, when: "always" },
  {
    layout: "static-and-shared",
    pattern: /^(?<a>.+)\.a(?<b>\.p)$/,
    when: "always",
    variant: "static",
  },
  {
    layout: "static-and-shared",
    pattern: /^(?<a>.+)\.(?:so[.0-9]*|[.0-9]*dylib)(?<b>\.p)$/,
    when: "always",
    variant: "shared",
  },
  {
    layout: "static-and-shared",
    pattern: /^(?<a>.+)@(?<v>sta|sha)$/,
    when: "always",
    variant: { sta: "static", sha: "shared" },
  },
  {
    layout: "android",
    pattern: /^(?<v>[a-z][A-Za-z0-9]*(?:Debug|Release))(?<b>(?:UnitTest|AndroidTest)?)$/,
    when: "in-android",
  },
  {
    layout: "android",
    pattern: /^(?<v>debug|release)(?<b>UnitTest|AndroidTest)$/,
    when: "in-android",
  },
  { layout: "mix", pattern: /^(?<v>dev|prod|test)$/, when: "in-mix" },
  { layout: "cabal", pattern: /^(?<v>noopt|opt)$/, when: "in-cabal" },
  {
    layout: "nim",
    pattern: /^(?<a>.+)_(?<v>[dr])$/,
    when: "in-nim",
    variant: { d: "debug", r: "release" },
  },
];
