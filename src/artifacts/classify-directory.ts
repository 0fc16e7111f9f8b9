import { parseDirName, type DirName } from "./parse-directory-name.ts";
import {
  type DirClassification,
  type PathClassification,
  joinVariants,
} from "./path-classification.ts";
import {
  MODIFIERS,
  BUILD_DIRS,
  CONFIGURATIONS,
  BUILD_SUBDIRS,
  isBuildDir,
  isPlatform,
  LEVELS,
  PACKAGE_DIRS,
  CONFIGURATION_WORDS,
  MIXED_DIRS,
  AMBIGUOUS_WORDS,
} from "./variant-words.ts";

/** The components of a directory's path, and which of them is looked at. */
interface Site {
  readonly parts: readonly string[];
  at: number;
  /** Whether the component before named a variant: `O2/asan`. */
  afterVariant: boolean;
}

const ROOT: PathClassification = { unit: "", variant: "" };

/**
 * A directory, relative to the tree ("build/O2/.libs"; "" for the tree itself): its path without what
 * names a variant, and the variant. Called once a directory.
 */
export function classifyDir(dir: string): DirClassification {
  if (dir === "" || dir === ".") return ROOT;
  const parts = dir.split("/");
  let kept: string[] | undefined;
  let variant = "";
  let flavour = "";
  const site: Site = { parts, at: 0, afterVariant: false };
  for (; site.at < parts.length; site.at++) {
    const name = parts[site.at];
    const found = variantAt(site);
    site.afterVariant = found !== undefined;
    if (found === undefined) {
      kept?.push(flavour === "" ? name : name.replace(flavour, ""));
      continue;
    }
    kept ??= parts.slice(0, site.at);
    if (found.when === "in-hwcaps") kept.pop();
    if (found.rest !== "") kept.push(found.rest);
    if (inAndroid(site)) flavour = found.variant[0].toUpperCase() + found.variant.slice(1);
    variant = joinVariants(variant, found.variant);
  }
  const place = { unit: kept?.join("/") ?? dir, variant };
  const last = parts[parts.length - 1];
  if (last === ".libs" || last === "_libs") return { ...place, objects: withoutLast(place, "pic") };
  if (CONFIGURATIONS.has(last) && !site.afterVariant)
    return { ...place, products: withoutLast(place, last.toLowerCase()) };
  return place;
}

/**
 * The directory above, in one variant more. libtool's `.libs/x.o` is the position-independent twin of `x.o`
 * (its libraries and programs have no twin outside). CMake's `sub/Debug` holds libraries and programs,
 * while a `Debug` with objects may be a module of a program in Haskell.
 */
function withoutLast({ unit, variant }: PathClassification, word: string): PathClassification {
  const slash = unit.lastIndexOf("/");
  return { unit: slash < 0 ? "" : unit.slice(0, slash), variant: joinVariants(variant, word) };
}

type Found = Omit<DirName, "when"> & {
  readonly when: DirName["when"] | "in-hwcaps" | "in-cargo";
};

function variantAt(site: Site): Found | undefined {
  const { parts, at } = site;
  const name = parts[at];
  // The dynamic linker takes lib/glibc-hwcaps/x86-64-v3/libx.so in place of lib/libx.so.
  if (parts[at - 1] === "glibc-hwcaps") return { variant: name, rest: "", when: "in-hwcaps" };
  const found = parseDirName(name);
  if (found !== undefined) return counts(found, site) ? found : undefined;
  return isCargoProfile(site) ? { variant: name, rest: "", when: "in-cargo" } : undefined;
}

/** Cargo's profiles have any name: `target/dist/deps`, `target/<triple>/bench-lto/deps`. */
function isCargoProfile({ parts, at }: Site): boolean {
  const inTarget =
    parts[at - 1] === "target" || (parts[at - 2] === "target" && isPlatform(parts[at - 1]));
  return inTarget && at + 1 < parts.length && CARGO_INNER.has(parts[at + 1]);
}

const CARGO_INNER = new Set(["deps", ".fingerprint", "incremental", "examples", "build"]);

function counts(name: DirName, site: Site): boolean {
  const { parts, at } = site;
  const before = parts[at - 1];
  switch (name.when) {
    case "always":
      return true;
    case "in-bazel-out":
      return before === "bazel-out" || (at === 0 && BAZEL_INNER.has(parts[1]));
    case "in-android":
      return inAndroid(site);
    case "in-cabal":
      return parts.includes("dist-newstyle") && parts.indexOf("dist-newstyle") < at - 3;
    case "in-mix":
      return before === "_build" && (parts[at + 1] === "lib" || parts[at + 1] === "rel");
    case "in-nim":
      return before === "nim" || before === "nimcache";
    case "below-amd64":
      return (
        before !== undefined &&
        (before === "amd64" || before === "GOAMD64" || before.endsWith("_amd64"))
      );
    case "in-build":
      return parts[at + 1] !== "__pycache__" && (at === 0 || isBuildDir(before));
    case "word":
      return isPlausibleWord(name.variant, site);
  }
}

const BAZEL_INNER = new Set(["bin", "genfiles", "testlogs", "include"]);

/** `debug` and the like are also names of packages, of tests, of `/usr/lib/debug`. */
function isPlausibleWord(variant: string, site: Site): boolean {
  const { parts, at, afterVariant } = site;
  const before = parts[at - 1];
  const after = parts[at + 1];
  if (after === "__pycache__" || after === "ebin" || PACKAGE_DIRS.has(before)) return false;
  if (APART.has(after) || (before === "lib" && APART_IN_LIB.has(after))) return false;
  if (parts.includes("dist-newstyle") || parts.includes(".stack-work")) return false; // Cabal has words of its own
  if (afterVariant) return MODIFIERS.has(variant);
  if (isBuildDir(before)) return CONFIGURATION_WORDS.has(variant) || !MIXED_DIRS.has(before);
  if (AMBIGUOUS_WORDS.has(variant)) return false;
  if (at === 0 || inAndroid(site)) return true;
  if (CONFIGURATION_WORDS.has(variant) && !LEVELS.has(variant) && BUILD_SUBDIRS.has(after))
    return true;
  return (
    CONFIGURATIONS.has(parts[at]) &&
    after !== undefined &&
    parts.slice(0, at).some((part) => BUILD_DIRS.has(part))
  );
}

/** `/usr/lib/debug/usr/bin/x.debug`: where distributions keep debug information apart. */
const APART = new Set(["usr", ".build-id", ".dwz"]);
const APART_IN_LIB = new Set(["lib", "bin", "sbin", "lib64", "boot", "opt"]);

/** Below `build/intermediates`, `build/outputs`, …: the Android Gradle plugin names directories after the variant. */
function inAndroid({ parts, at }: Site): boolean {
  const build = parts.lastIndexOf("build", at - 1);
  return ANDROID.has(parts[build + 1]) && build + 1 < at;
}

const ANDROID = new Set(["intermediates", "outputs", "generated", "tmp"]);
