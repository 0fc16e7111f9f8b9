/** Runs the built command as users do. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { CLI } from "./paths.ts";
import { cacheHome } from "./tree.ts";

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, parsed. */
  readonly json: Json;
}

/** The output of `--json`, as far as tests use it. */
export interface Json {
  readonly totals: Record<string, number>;
  readonly sets: readonly {
    readonly size: number;
    readonly hash: string;
    readonly kind: string;
    readonly kept: string;
    readonly names: readonly string[];
    readonly replaced: readonly {
      readonly path: string;
      readonly outcome: string;
      readonly to?: string;
    }[];
  }[];
  readonly variants: readonly {
    readonly name: string;
    readonly artifacts: number;
    readonly bytes: number;
  }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly units: number;
    readonly identical: number;
  }[];
  readonly skipped: readonly {
    readonly path: string;
    readonly reason: string;
    readonly detail: string;
  }[];
  readonly problems: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
  }[];
  readonly [key: string]: unknown;
}

/**
 * Files that no tool has written name no producer, so that they are not linked by default. This makes them linkable,
 * unless a Makefile or their kind says otherwise.
 */
export const TRUST = ["--writer", "*=replace"] as const;

/** `run` for a tree whose files no tool has written. */
export function runTrusting(args: readonly string[], options: SpawnSyncOptions = {}): Run {
  return run(trusting(args), options);
}

/** `runJson` for a tree whose files no tool has written. */
export function runTrustingJson(args: readonly string[], options: SpawnSyncOptions = {}): Json {
  return runJson(trusting(args), options);
}

function trusting(args: readonly string[]): readonly string[] {
  return args.includes("unshare") ? args : [...TRUST, ...args];
}

/** Runs `dedupe <args>`, without the environment variables of the tests. */
export function run(args: readonly string[], options: SpawnSyncOptions = {}): Run {
  const { env, ...others } = options;
  const done = spawnSync(process.execPath, [CLI, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      XDG_CACHE_HOME: cacheHome(),
      LANG: "C.UTF-8",
      ...env,
    },
    ...others,
  });
  if (done.error) throw done.error;
  const stdout = String(done.stdout ?? "");
  return {
    code: done.status,
    stdout,
    stderr: String(done.stderr ?? ""),
    get json() {
      return JSON.parse(stdout) as Json;
    },
  };
}

/** Runs `dedupe --json <args>`, which must exit with 0, and returns the parsed output. */
export function runJson(args: readonly string[], options: SpawnSyncOptions = {}): Json {
  const done = run(["--json", ...args], options);
  if (done.code !== 0) throw new Error(`exit code ${done.code}: ${done.stderr}`);
  return done.json;
}

/** The output of `dedupe unshare --json`, as far as tests use it. */
export interface UnshareJson {
  readonly totals: Record<string, number>;
  readonly methods: { readonly clone: number; readonly copy: number };
  readonly files: readonly {
    readonly path: string;
    readonly outcome: string;
    readonly by?: string;
    readonly restored: boolean;
  }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

/** Runs `dedupe unshare --json <args>`, which must exit with 0, and returns the parsed output. */
export function unshareJson(...args: (string | SpawnSyncOptions)[]): UnshareJson {
  const words = args.filter((arg) => typeof arg === "string");
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const done = run(["unshare", "--json", ...words], options);
  if (done.code !== 0) throw new Error(`exit code ${done.code}: ${done.stderr}`);
  return done.json as unknown as UnshareJson;
}
