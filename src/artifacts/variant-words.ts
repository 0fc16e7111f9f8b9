/**
 * The words that name a variant, and the directories beside which they do.
 * What each rests on is in `variant-layouts.ts`.
 */

/** Compilers' levels, where they are a whole name or token. */
export const LEVELS = new Set(["O0", "O1", "O2", "O3", "Os", "Oz", "Og", "Ofast"]);

/** What is added to another variant: `O2/asan`. Other words below one are packages or modules (ghc's `-outputdir O2` holds `Debug/`). */
export const MODIFIERS = new Set([
  "asan",
  "tsan",
  "ubsan",
  "msan",
  "lsan",
  "hwasan",
  "lto",
  "thinlto",
  "pgo",
]);

/** Configurations, by their name in small letters. */
const WORDS = new Set([
  "debug",
  "release",
  "relwithdebinfo",
  "minsizerel",
  "minsize", // meson
  "debugoptimized", // meson
  "fastdebug",
  "slowdebug",
  "profile",
  "coverage",
  ...MODIFIERS,
]);

/** Words that say so little on their own that they count only right below a build directory. */
export const AMBIGUOUS_WORDS = new Set(["profile", "coverage", "lto", "thinlto", "pgo"]);

/** Names that nothing else has: they count anywhere. (`Os` and `Og` are also directories of sources.) */
export const UNAMBIGUOUS_WORDS = new Set([
  "O0",
  "O1",
  "O2",
  "O3",
  "Ofast",
  "relwithdebinfo",
  "minsizerel",
  "debugoptimized",
]);

/** Words that are names of configurations and of nothing that a library or package would be called. */
export const CONFIGURATION_WORDS = new Set([
  "Os",
  "Oz",
  "Og",
  "debug",
  "release",
  "fastdebug",
  "slowdebug",
  "minsize",
]);

/** CMake's, Xcode's and MSBuild's spelling. */
export const CONFIGURATIONS = new Set([
  "Debug",
  "Release",
  "RelWithDebInfo",
  "MinSizeRel",
  "Profile",
]);

/** Directories that hold build outputs: a word right below one, or right above one, is a variant. */
export const BUILD_DIRS = new Set([
  "build",
  "_build",
  "builddir",
  "bld",
  ".build",
  "cmake-build",
  "out",
  "output",
  "outputs",
  "target",
  "obj",
  "objs",
  "bin",
  "lib",
  "lib64",
  "libs",
  "dist",
  "Build",
  "Products",
  "Binaries",
  "install",
  "stage",
  "zig-out",
  "nimcache",
  "intermediates",
  "javac",
]);

/** Directories whose name is followed by anything are build directories too: `build-x86`, `cmake-build`. */
const BUILD_PREFIX = /^(?:cmake-)?build[-_]/;

/** Whether a word right below a directory of this name can be a variant. */
export function isBuildDir(name: string | undefined): boolean {
  if (name === undefined) return false;
  if (BUILD_DIRS.has(name) || name.endsWith(".dir") || name.endsWith(".build")) return true;
  return isPlatform(name) || BUILD_PREFIX.test(name);
}

/** Of these, the ones that also hold packages: only `debug` and `release` count below them, not `lib/asan`. */
export const MIXED_DIRS = new Set([
  "lib",
  "lib64",
  "libs",
  "dist",
  "output",
  "outputs",
  "install",
  "stage",
]);

/** Directories that show that the one above them is a build's: `any/debug/CMakeFiles`. */
export const BUILD_SUBDIRS = new Set([
  "CMakeFiles",
  "deps",
  "incremental",
  ".fingerprint",
  "obj",
  "objs",
  "obj.target",
]);

/** Directories in which every directory is a package, whatever it is called: `node_modules/debug`. */
export const PACKAGE_DIRS = new Set([
  "node_modules",
  "site-packages",
  "dist-packages",
  "vendor",
  "packages",
  "crates",
]);

/** Beginnings of directory names that are followed by a variant: `build-debug`, `cmake-build-minsizerel`, `out_O2`. */
export const BUILD_DIR_PREFIXES = new Set([
  "build",
  "_build",
  "builddir",
  "bld",
  "cmake",
  "out",
  "obj",
  "objs",
  "target",
]);

/** The same, where nothing may stand between: `install-debug` counts, `lib-x-debug` does not. */
export const EXACT_PREFIXES = new Set(["install", "stage", "dist", "bin", "lib", "output"]);

const ARCHITECTURES = new Set([
  "x64",
  "x86",
  "x86_64",
  "win32",
  "arm",
  "arm64",
  "aarch64",
  "armv7",
  "amd64",
  "i386",
  "i686",
  "ia32",
  "k8",
  "riscv64",
  "wasm32",
  "anycpu",
  "iphoneos",
  "iphonesimulator",
  "appletvos",
  "appletvsimulator",
  "watchos",
  "watchsimulator",
  "xros",
  "xrsimulator",
  "maccatalyst",
  "macosx",
  "driverkit",
]);

/** An architecture, a platform, or a target triple (`x86_64-unknown-linux-gnu`, vcpkg's `x64-windows`). */
export function isPlatform(name: string): boolean {
  const lower = name.toLowerCase();
  if (ARCHITECTURES.has(lower)) return true;
  const dash = lower.indexOf("-");
  return (
    dash > 0 &&
    (ARCHITECTURES.has(lower.slice(0, dash)) ||
      /^(armv\d|thumbv|riscv|powerpc|mips|s390x|wasm|loongarch|sparc)/.test(lower))
  );
}

/** The variant that a token names: `O2`, or a word in small letters; undefined for any other token. */
export function variantOfWord(token: string): string | undefined {
  if (token.length < 2 || token.length > 14) return undefined;
  if (LEVELS.has(token)) return token;
  const lower = token.toLowerCase();
  if (!WORDS.has(lower)) return undefined;
  return token === lower || token === token.toUpperCase() || CONFIGURATIONS.has(token)
    ? lower
    : undefined;
}
