import { type BytePath, join } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import type { BuildFileReader } from "./build-file-reader.ts";
import { type NinjaDeps, parseNinjaDeps } from "./ninja-deps.ts";
import { type NinjaLog, parseNinjaLog } from "./ninja-log.ts";
import { selfAndAncestors } from "./paths.ts";

const MAX_SIZE = 256 * 1024 * 1024;
/** `builddir` in build.ninja may put the logs up to this many levels below the directory in which ninja runs. */
const LEVELS = 2;
/** Both logs are used up to a fault. */
const BINARY = { isText: false };
const SECOND = 1_000_000_000n;

/** What ninja's logs hold about one output. Times in nanoseconds since 1970. */
export interface NinjaFacts {
  readonly prerequisites: readonly BytePath[];
  /** The output's time in the build log. */
  readonly logged: bigint | undefined;
  /** ninja ignores the deps log entry of an output that is newer than this. */
  readonly trustedUntil: bigint | undefined;
  /** A log that may be about the output and cannot be read. */
  readonly unreadable: BytePath | undefined;
}

const NO_FACTS = { prerequisites: [], logged: undefined, trustedUntil: undefined };

/** The logs of one directory. */
interface Logs {
  readonly logPath: BytePath;
  readonly log: NinjaLog | undefined;
  readonly depsPath: BytePath;
  readonly deps: NinjaDeps | undefined;
}

interface Dir {
  readonly path: BytePath;
  read: Logs | undefined;
}

/** The `.ninja_log` and `.ninja_deps` files in and above the roots, each read on the first lookup that needs it. */
export class NinjaLogs {
  readonly #byBase = new Map<BytePath, Dir[]>();
  readonly #reader: BuildFileReader;

  constructor(dirs: Iterable<BytePath>, reader: BuildFileReader) {
    this.#reader = reader;
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
  *factsOf(output: BytePath): Sliced<NinjaFacts | undefined> {
    if (this.#byBase.size === 0) return undefined;
    let unreadable: BytePath | undefined;
    for (
      let slash = output.lastIndexOf("/");
      slash >= 0;
      slash = slash === 0 ? -1 : output.lastIndexOf("/", slash - 1)
    ) {
      const base = slash === 0 ? "/" : output.slice(0, slash);
      for (const dir of this.#byBase.get(base) ?? []) {
        dir.read ??= yield* this.#read(dir.path);
        const facts =
          this.#lookUp(dir.read, base, output.slice(slash + 1)) ??
          this.#lookUp(dir.read, base, output);
        unreadable ??= [dir.read.logPath, dir.read.depsPath].find((path) =>
          this.#reader.isUnreadable(path),
        );
        if (facts !== undefined) return { ...facts, unreadable };
      }
    }
    return unreadable === undefined ? undefined : { ...NO_FACTS, unreadable };
  }

  #lookUp(
    { log, deps, depsPath }: Logs,
    base: BytePath,
    output: BytePath,
  ): Omit<NinjaFacts, "unreadable"> | undefined {
    const entry = this.#reader.lookUp(depsPath, () => deps?.entryOf(output));
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

  *#read(dir: BytePath): Sliced<Logs> {
    const logPath = join(dir, ".ninja_log");
    const depsPath = join(dir, ".ninja_deps");
    const log = yield* this.#reader.parseInSlices(logPath, MAX_SIZE, parseNinjaLog, BINARY);
    const deps = yield* this.#reader.parseInSlices(depsPath, MAX_SIZE, parseNinjaDeps, BINARY);
    if (log?.fault !== undefined) this.#reader.reportFault(logPath, log.fault);
    if (deps?.fault !== undefined) this.#reader.reportFault(depsPath, deps.fault);
    return { logPath, log, depsPath, deps };
  }
}
