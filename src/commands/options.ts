import { availableParallelism } from "node:os";
import type { FileClassification } from "../artifacts/variants.ts";
import { type BytePath, fromText } from "../core/byte-path.ts";
import { type OptionType, checkOptions } from "./check-options.ts";
import { DedupeError } from "../core/errors.ts";
import { checkGlobs, resolveKind, resolvePatterns, resolveVariants } from "./selection-options.ts";
import type { Action, Scope } from "../core/report.ts";
import { type StateLocation, stateLocationOf } from "../state/load-state.ts";

export type TimePolicy = "oldest" | "newest" | "equal";

/** The options of `dedupe`; all but `paths` have a default. */
export interface Options {
  /** Directories, which are walked, and files; a path that is not valid UTF-8 is given as bytes. */
  readonly paths: readonly (string | Uint8Array)[];
  /**
   * More directories and files, whose names are not expanded as patterns. One that does not exist is in the report's
   * `unmatched`, while one in `paths` is an error.
   */
  readonly listedPaths?: readonly (string | Uint8Array)[];
  /** Default `none`: find duplicates and change nothing. */
  readonly action?: Action;
  /** With the action `reflink`: make hardlinks where the file system makes no clones, instead of refusing. */
  readonly linkElsewhere?: boolean;
  /** Make files that have several links afterwards read-only. */
  readonly protect?: boolean;
  /** Report what the action would do, and change nothing. */
  readonly dryRun?: boolean;
  /** Every regular file, not only build artifacts. */
  readonly all?: boolean;
  /** Only artifacts of these kinds; a kind that is not linked by default is linked if it is named. */
  readonly kinds?: readonly string[];
  /** Globs for files and directories, relative to the root. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Bytes, inclusive. Default 1; empty files are never linked. */
  readonly minSize?: number | undefined;
  readonly maxSize?: number | undefined;
  readonly followSymlinks?: boolean;
  /** With `followSymlinks`: follow only links that lead inside this directory. */
  readonly within?: string | undefined;
  readonly oneFileSystem?: boolean;
  /** How paths name their variant, such as `{variant}/**`; these come before the built-in rules. */
  readonly variantPatterns?: readonly string[];
  /** Only these variants, at least two; files of other variants take no part. */
  readonly variants?: readonly string[];
  readonly scope?: Scope;
  readonly ignoreMode?: boolean;
  readonly ignoreOwner?: boolean;
  readonly respectTime?: boolean;
  readonly respectName?: boolean;
  /** All extended attributes must agree, not only access control lists, capabilities and security labels. */
  readonly respectXattrs?: boolean;
  /** Give no inode more links than this. */
  readonly maxLinks?: number | undefined;
  /** Which modification time the shared file gets; `equal` links only files whose times agree. */
  readonly mtime?: TimePolicy;
  /**
   * What commands of the build do to an existing output, such as `gen.sh=replace` or `tool=in-place`; `*` stands for all
   * commands. These come before the built-in table.
   */
  readonly writers?: readonly string[];
  /** Nothing is built in the tree any more: files of all kinds are linked, whatever writes them and whatever their times. */
  readonly final?: boolean;
  /** A command that reports whether the build has work to do, such as `make -q`; it runs before and after linking. */
  readonly verify?: string | undefined;
  /** Remember what was linked, and compare the files with what earlier runs have remembered. Default: true. */
  readonly remember?: boolean;
  /** The file for what is remembered; default: one in the user's cache directory for each of the paths. */
  readonly stateFile?: string | undefined;
  /** Share files with a content store, and so with other trees: in this directory, or at the default place. */
  readonly store?: string | true | undefined;
  /** Threads; default: one per processor. The result does not depend on it. */
  readonly jobs?: number | undefined;
  /** Compute the XXH64 of the content of every set. */
  readonly hashes?: boolean;
}

/** The options of every command that walks directories. */
export type WalkOptions = Pick<
  Options,
  | "paths"
  | "listedPaths"
  | "dryRun"
  | "all"
  | "kinds"
  | "include"
  | "exclude"
  | "minSize"
  | "maxSize"
  | "followSymlinks"
  | "within"
  | "oneFileSystem"
  | "remember"
  | "stateFile"
  | "jobs"
>;

/**
 * Options after checking, with defaults; frozen. Each stage reads the fields that its own options name.
 * @internal
 */
export interface Settings {
  /** Those of `listedPaths` are the last ones. */
  readonly paths: readonly BytePath[];
  /** The number of paths before them. */
  readonly firstListed: number;
  readonly action: Action;
  readonly linkElsewhere: boolean;
  readonly protect: boolean;
  readonly dryRun: boolean;
  readonly all: boolean;
  /** Kind numbers; undefined: any. */
  readonly kinds: readonly number[] | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly minSize: number;
  readonly maxSize: number;
  readonly followSymlinks: boolean;
  readonly within: BytePath | undefined;
  readonly oneFileSystem: boolean;
  /** Select the state of build tools, too, which is never linked. */
  readonly state: boolean;
  readonly variantPatterns: readonly string[];
  readonly classifyByPattern: ((path: BytePath) => FileClassification | undefined) | undefined;
  readonly variants: ReadonlySet<string> | undefined;
  readonly scope: Scope;
  readonly ignoreMode: boolean;
  readonly ignoreOwner: boolean;
  readonly respectTime: boolean;
  readonly respectName: boolean;
  readonly respectXattrs: boolean;
  readonly maxLinks: number;
  readonly newestTime: boolean;
  readonly writers: ReadonlyMap<string, "replace" | "in-place">;
  readonly final: boolean;
  readonly verify: string | undefined;
  readonly stateLocation: StateLocation;
  /** Undefined: no store is used. */
  readonly store: { readonly dir: BytePath | undefined } | undefined;
  readonly jobs: number;
  /** Names the content of each set in the report. */
  readonly hasher: "xxh64" | undefined;
  /** The run is going to change files. */
  readonly changesDisk: boolean;
}

const MOST_JOBS = 64;

/** The options of every command that walks directories. */
export const WALK_OPTIONS: Readonly<Record<keyof WalkOptions, OptionType>> = {
  paths: "paths",
  listedPaths: "paths",
  dryRun: "boolean",
  all: "boolean",
  kinds: "strings",
  include: "strings",
  exclude: "strings",
  minSize: "number",
  maxSize: "number",
  followSymlinks: "boolean",
  within: "string",
  oneFileSystem: "boolean",
  remember: "boolean",
  stateFile: "string",
  jobs: "number",
};
const OPTIONS: Readonly<Record<keyof Options, OptionType>> = {
  ...WALK_OPTIONS,
  action: "string",
  linkElsewhere: "boolean",
  protect: "boolean",
  variantPatterns: "strings",
  variants: "strings",
  scope: "string",
  ignoreMode: "boolean",
  ignoreOwner: "boolean",
  respectTime: "boolean",
  respectName: "boolean",
  respectXattrs: "boolean",
  maxLinks: "number",
  mtime: "string",
  writers: "strings",
  final: "boolean",
  verify: "string",
  store: "string or true",
  hashes: "boolean",
};

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveOptions(options: Options): Settings {
  checkOptions(options, OPTIONS);
  return Object.freeze({
    paths: [...options.paths, ...(options.listedPaths ?? [])].map((path) =>
      typeof path === "string" ? fromText(path) : Buffer.from(path).toString("latin1"),
    ),
    firstListed: options.paths.length,
    action: oneOf("action", options.action ?? "none", ["none", "hardlink", "reflink"]),
    linkElsewhere: options.linkElsewhere ?? false,
    protect: options.protect ?? false,
    dryRun: options.dryRun ?? false,
    all: options.all ?? false,
    kinds: options.kinds?.length ? options.kinds.map(resolveKind) : undefined,
    include: checkGlobs("--include", options.include ?? []),
    exclude: checkGlobs("--exclude", options.exclude ?? []),
    minSize: Math.max(1, wholeNumber("minSize", options.minSize ?? 1, 0)),
    maxSize:
      options.maxSize === undefined
        ? Number.POSITIVE_INFINITY
        : wholeNumber("maxSize", options.maxSize, 0),
    followSymlinks: options.followSymlinks ?? false,
    within: options.within === undefined ? undefined : fromText(options.within),
    oneFileSystem: options.oneFileSystem ?? false,
    state: false,
    variantPatterns: options.variantPatterns ?? [],
    classifyByPattern: resolvePatterns(options.variantPatterns ?? []),
    variants: resolveVariants(options.variants),
    scope: oneOf("scope", options.scope ?? "tree", ["tree", "unit", "directory"]),
    ignoreMode: options.ignoreMode ?? false,
    ignoreOwner: options.ignoreOwner ?? false,
    respectTime: options.respectTime === true || options.mtime === "equal",
    respectName: options.respectName ?? false,
    respectXattrs: options.respectXattrs ?? false,
    maxLinks:
      options.maxLinks === undefined
        ? Number.POSITIVE_INFINITY
        : wholeNumber("maxLinks", options.maxLinks, 2),
    newestTime:
      oneOf("mtime", options.mtime ?? "oldest", ["oldest", "newest", "equal"]) === "newest",
    writers: resolveWriters(options.writers ?? []),
    final: options.final ?? false,
    verify: resolveVerify(options.verify),
    stateLocation: stateLocationOf(options.remember, options.stateFile),
    store: resolveStore(options),
    jobs: Math.min(MOST_JOBS, wholeNumber("jobs", options.jobs ?? availableParallelism(), 1)),
    hasher: options.hashes ? "xxh64" : undefined,
    changesDisk: (options.action ?? "none") !== "none" && options.dryRun !== true,
  });
}

function resolveWriters(writers: readonly string[]): Settings["writers"] {
  return new Map(
    writers.map((text) => {
      const match = /^(.+)=(replace|in-place)$/.exec(text);
      if (match !== null) return [match[1], match[2] as "replace" | "in-place"];
      throw new DedupeError(
        "bad-option",
        `--writer: '${text}' is not <command>=replace or <command>=in-place`,
        "for example: --writer gen.sh=replace",
      );
    }),
  );
}

function resolveStore({ store, respectName }: Options): Settings["store"] {
  if (store === undefined) return undefined;
  if (respectName === true)
    throw new DedupeError(
      "bad-option",
      "--store cannot be used with --respect-name: the files of a store have no names of trees",
    );
  return { dir: store === true ? undefined : fromText(store) };
}

function resolveVerify(command: string | undefined): string | undefined {
  if (command === undefined || command.trim() !== "") return command;
  throw new DedupeError(
    "bad-option",
    "--verify: the command is empty",
    "for example: --verify 'make -q'",
  );
}

/** Checks a value that may come from a program without types. */
function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new DedupeError("bad-option", `${name}: '${value}' is none of ${known.join(", ")}`);
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new DedupeError(
    "bad-option",
    `${name}: ${value} is not a whole number of at least ${least}`,
  );
}
