import { type BytePath, join } from "../core/byte-path.ts";
import { type NinjaDeps, parseNinjaDeps } from "./ninja-deps.ts";
import { type NinjaLog, parseNinjaLog } from "./ninja-log.ts";
import { selfAndAncestors } from "./paths.ts";
import { type ReportFault, readBuildFile } from "./read-build-file.ts";

const MAX_SIZE = 512 * 1024 * 1024;
/** `builddir` in build.ninja may put the logs up to this many levels below the directory in which ninja runs. */
const LEVELS = 2;
const SECOND = 1_000_000_000n;

/** What ninja's logs hold about one output. Times in nanoseconds since 1970. */
export interface NinjaFacts {
  readonly prerequisites: readonly BytePath[];
  /** The output's time in the build log. */
  readonly logged: bigint | undefined;
  /** ninja ignores the deps log entry of an output that is newer than this. */
  readonly trustedUntil: bigint | undefined;
}

interface Dir {
  readonly path: BytePath;
  read: { readonly log: NinjaLog | undefined; readonly deps: NinjaDeps | undefined } | undefined;
}

/** The `.ninja_log` and `.ninja_deps` files in and above the roots, each read on the first lookup that needs it. */
export class NinjaLogs {
  readonly #byBase = new Map<BytePath, Dir[]>();
  readonly #reportFault: ReportFault;

  constructor(dirs: Iterable<BytePath>, reportFault: ReportFault) {
    this.#reportFault = reportFault;
    for (const path of dirs) {
      const dir: Dir = { path, read: undefined };
      for (const base of selfAndAncestors(path, LEVELS)) {
        const known = this.#byBase.get(base);
        if (known === undefined) this.#byBase.set(base, [dir]);
        else known.push(dir);
      }
    }
  }

  /** @param output Absolute. */
  factsOf(output: BytePath): NinjaFacts | undefined {
    if (this.#byBase.size === 0) return undefined;
    for (
      let slash = output.lastIndexOf("/");
      slash >= 0;
      slash = slash === 0 ? -1 : output.lastIndexOf("/", slash - 1)
    ) {
      const base = slash === 0 ? "/" : output.slice(0, slash);
      for (const dir of this.#byBase.get(base) ?? []) {
        const facts =
          this.#lookUp(dir, base, output.slice(slash + 1)) ?? this.#lookUp(dir, base, output);
        if (facts !== undefined) return facts;
      }
    }
    return undefined;
  }

  #lookUp(dir: Dir, base: BytePath, output: BytePath): NinjaFacts | undefined {
    dir.read ??= {
      log: this.#read(join(dir.path, ".ninja_log"), (bytes) =>
        parseNinjaLog(bytes.toString("latin1")),
      ),
      deps: this.#read(join(dir.path, ".ninja_deps"), parseNinjaDeps),
    };
    const { log, deps } = dir.read;
    const entry = deps?.entryOf(output);
    const logged = log?.times.get(output);
    if (entry === undefined && logged === undefined) return undefined;
    return {
      prerequisites: (entry?.prerequisites ?? []).map((path) =>
        path.startsWith("/") ? path : join(base, path),
      ),
      logged,
      // Version 3 stores whole seconds.
      trustedUntil:
        entry === undefined || deps?.version !== 3 ? entry?.mtime : entry.mtime + SECOND - 1n,
    };
  }

  #read<T extends { readonly fault: string | undefined }>(
    path: BytePath,
    parse: (bytes: Buffer) => T,
  ): T | undefined {
    const bytes = readBuildFile(path, MAX_SIZE, this.#reportFault);
    if (bytes === undefined) return undefined;
    const parsed = parse(bytes);
    if (parsed.fault !== undefined) this.#reportFault(path, parsed.fault);
    return parsed;
  }
}
