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

/** A component of a directory's path, in its context. */
interface Site {
  /** All components of the path. */
  readonly parts: readonly string[];
  /** The index of the current component. */
  at: number;
  /** Whether the previous component named a variant, as in `O2/asan`. */
  afterVariant: boolean;
}

const ROOT: PathClassification = { unit: "", variant: "" };

/**
 * Splits a directory's path into unit and variant. Called once per directory.
 *
 * @param dir Relative to the tree: "build/O2/.libs", or "" for the tree itself.
 */
export function classifyDir(dir: string): DirClassification {
  if (dir === "" || dir === ".") return ROOT;
  const parts = dir.split("/");
  let kept: string[] | undefined;
  let variant = "";
  let flavor = "";
  const site: Site = { parts, at: 0, afterVariant: false };
  for (; site.at < parts.length; site.at++) {
    const name = parts[site.at];
    const found = variantAt(site);
    site.afterVariant = found !== undefined;
    if (found === undefined) {
      kept?.push(flavor === "" ? name : name.replace(flavor, ""));
      continue;
    }
    kept ??= parts.slice(0, site.at);
    if (found.when === "in-hwcaps") kept.pop();
    if (found.rest !== "") kept.push(found.rest);
    if (inAndroid(site)) flavor = found.variant[0].toUpperCase() + found.variant.slice(1);
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
 * Drops the last component from the unit and adds a word to the variant.
 *
 * This applies to some files of a directory only. In libtool's `.libs`, objects are the position-independent
 * twins of those in the parent directory; libraries and programs have no twin there. CMake's `sub/Debug` holds
 * libraries and programs, while a `Debug` that holds objects may be a Haskell module.
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
  // The dynamic linker loads lib/glibc-hwcaps/x86-64-v3/libx.so instead of lib/libx.so.
  if (parts[at - 1] === "glibc-hwcaps") return { variant: name, rest: "", when: "in-hwcaps" };
  const found = parseDirName(name);
  if (found !== undefined) return counts(found, site) ? found : undefined;
  return isCargoProfile(site) ? { variant: name, rest: "", when: "in-cargo" } : undefined;
}

/** Cargo's profiles may have any name: `target/dist/deps`, `target/<triple>/bench-lto/deps`. */
function isCargoProfile({ parts, at }: Site): boolean {
  const inTarget =
    parts[at - 1] === "target" || (parts[at - 2] === "target" && isPlatform(parts[at - 1]));
  return inTarget && at + 1 < parts.length && CARGO_INNER.has(parts[at + 1]);
}

const CARGO_INNER = new Set(["deps", ".fingerprint", "incremental", "examples", "build"]);

/** Whether a name that may contain a variant does so at this place. */
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

/** Words such as `debug` are also names of packages and of `/usr/lib/debug`, so the neighboring components decide. */
function isPlausibleWord(variant: string, site: Site): boolean {
  const { parts, at, afterVariant } = site;
  const before = parts[at - 1];
  const after = parts[at + 1];
  if (after === "__pycache__" || after === "ebin" || PACKAGE_DIRS.has(before)) return false;
  if (DEBUG_INFO_DIRS.has(after) || (before === "lib" && DEBUG_INFO_DIRS_IN_LIB.has(after)))
    return false;
  if (parts.includes("dist-newstyle") || parts.includes(".stack-work")) return false; // Cabal has its own words
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

/** Distributions keep separate debug information below `debug`: `/usr/lib/debug/usr/bin/x.debug`. */
const DEBUG_INFO_DIRS = new Set(["usr", ".build-id", ".dwz"]);
const DEBUG_INFO_DIRS_IN_LIB = new Set(["lib", "bin", "sbin", "lib64", "boot", "opt"]);

/** Whether the component is below `build/intermediates`, `build/outputs` etc., where the Android Gradle plugin names directories after variants. */
function inAndroid({ parts, at }: Site): boolean {
  const build = parts.lastIndexOf("build", at - 1);
  return ANDROID.has(parts[build + 1]) && build + 1 < at;
}

const ANDROID = new Set(["intermediates", "outputs", "generated", "tmp"]);
