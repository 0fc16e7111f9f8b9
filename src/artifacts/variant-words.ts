/**
 * The words that name a variant, and the directories next to which they do. The sources are in
 * `variant-layouts.ts`.
 */

/** Optimization levels of compilers. */
export const LEVELS = new Set(["O0", "O1", "O2", "O3", "Os", "Oz", "Og", "Ofast"]);

/** Words that count below another variant, as in `O2/asan`. Other words there are packages or modules: ghc's `-outputdir O2` may contain `Debug/`. */
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

/** Build configurations, in lower case. */
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

/** Words that are common in other meanings: they count only directly below a build directory. */
export const AMBIGUOUS_WORDS = new Set(["profile", "coverage", "lto", "thinlto", "pgo"]);

/** Words without another meaning: they count anywhere. `Os` and `Og` are missing, as source directories have these names. */
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

/** Words that name a configuration but hardly any library or package. */
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

/** Configurations as CMake, Xcode and MSBuild spell them. */
export const CONFIGURATIONS = new Set([
  "Debug",
  "Release",
  "RelWithDebInfo",
  "MinSizeRel",
  "Profile",
]);

/** Directories that hold build outputs: a word directly below one is a variant. */
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

/** Other names of build directories: `build-x86`, `cmake-build-x86`. */
const BUILD_PREFIX = /^(?:cmake-)?build[-_]/;

/** Whether a word directly below a directory of this name can be a variant. */
export function isBuildDir(name: string | undefined): boolean {
  if (name === undefined) return false;
  if (BUILD_DIRS.has(name) || name.endsWith(".dir") || name.endsWith(".build")) return true;
  return isPlatform(name) || BUILD_PREFIX.test(name);
}

/** Build directories that may hold packages as well: below them only `CONFIGURATION_WORDS` count, so not `lib/asan`. */
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

/** Subdirectories of build directories: a word directly above one is a variant, as in `any/debug/CMakeFiles`. */
export const BUILD_SUBDIRS = new Set([
  "CMakeFiles",
  "deps",
  "incremental",
  ".fingerprint",
  "obj",
  "objs",
  "obj.target",
]);

/** Directories whose subdirectories are packages, such as `node_modules/debug`. */
export const PACKAGE_DIRS = new Set([
  "node_modules",
  "site-packages",
  "dist-packages",
  "vendor",
  "packages",
  "crates",
]);

/** Prefixes of directory names that end in a variant: `build-debug`, `build-app-debug`, `out_O2`. */
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

/** Prefixes that the variant must follow directly: `install-debug` counts, `lib-x-debug` does not. */
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

/** Whether a name is an architecture, a platform or a target triple (`x86_64-unknown-linux-gnu`, vcpkg's `x64-windows`). */
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

/** The variant that a word names: a level, or a configuration in lower case; undefined for any other word. */
export function variantOfWord(word: string): string | undefined {
  if (word.length < 2 || word.length > 14) return undefined;
  if (LEVELS.has(word)) return word;
  const lower = word.toLowerCase();
  if (!WORDS.has(lower)) return undefined;
  return word === lower || word === word.toUpperCase() || CONFIGURATIONS.has(word)
    ? lower
    : undefined;
}
