import type { NoiseCause } from "../formats/ranges.ts";

/** A reason why builds of equal sources differ. */
export type Cause = NoiseCause | "paths" | "debug-paths" | "source-path";

interface CauseRow {
  /** Completes "differ only in". */
  readonly phrase: string;
  /** What makes the builds equal; undefined if it depends on the tool. */
  readonly remedy?: string | ((name: string) => string);
}

const AR = "build with ar D";
const GZIP = "compress with gzip -n";

function zipTimes(name: string): string {
  if (name.endsWith(".jar")) return "build with jar --date";
  if (name.endsWith(".whl")) return "build with SOURCE_DATE_EPOCH set";
  return "set the input's times with touch";
}

/** Noise, and what avoids it. Checked with gcc 12, binutils 2.40, CPython 3.11, gzip 1.12 and JDK 17. */
export const CAUSES: Readonly<Record<Cause, CauseRow>> = {
  "debug-paths": {
    phrase: "debug information",
    remedy: "build with -ffile-prefix-map=$PWD=.",
  },
  debug: { phrase: "debug information" },
  paths: { phrase: "paths in strings", remedy: "build with -fmacro-prefix-map=$PWD=." },
  "build-id": { phrase: "the build-id", remedy: "link with -Wl,--build-id=sha1" },
  "debug-link": { phrase: "the link to debug information" },
  "lto-names": { phrase: "names of LTO sections", remedy: "build with -frandom-seed=<file>" },
  "link-time": {
    phrase: "link times",
    remedy: "link with -Wl,--no-insert-timestamp or /Brepro",
  },
  signature: { phrase: "signatures" },
  "archive-times": { phrase: "members' times", remedy: AR },
  "archive-owners": { phrase: "members' owners", remedy: AR },
  "archive-modes": { phrase: "members' modes", remedy: AR },
  "source-time": {
    phrase: "the source's time",
    remedy: "compile with --invalidation-mode unchecked-hash",
  },
  "source-path": {
    phrase: "the source's path",
    remedy: "compile with python -m compileall -s $PWD",
  },
  "gzip-time": { phrase: "gzip's time", remedy: GZIP },
  "gzip-name": { phrase: "gzip's file name", remedy: GZIP },
  "gzip-system": { phrase: "gzip's operating system" },
  "zip-times": { phrase: "members' times", remedy: zipTimes },
  "zip-owners": { phrase: "members' owners", remedy: "build with zip -X" },
  "zip-modes": { phrase: "members' modes" },
  "zip-order": { phrase: "members' order", remedy: "sort the input" },
};

/** In the order in which they are listed. */
export const ALL_CAUSES = Object.keys(CAUSES) as readonly Cause[];

/**
 * What avoids noise of all of these causes in files of a name; undefined if nothing is known to avoid one of them.
 */
export function remedyFor(causes: readonly Cause[], name: string): string | undefined {
  const remedies = new Set<string>();
  for (const cause of causes) {
    // -ffile-prefix-map includes -fmacro-prefix-map.
    const includes = cause === "paths" && causes.includes("debug-paths");
    const { remedy } = CAUSES[includes ? "debug-paths" : cause];
    if (remedy === undefined) return undefined;
    remedies.add(typeof remedy === "function" ? remedy(name) : remedy);
  }
  return remedies.size === 0 ? undefined : [...remedies].join(", ");
}
