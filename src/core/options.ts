import { availableParallelism } from "node:os";
import { KINDS, kindByName } from "../artifacts/kinds.ts";
import { type FileClassification, compileVariantPattern } from "../artifacts/variants.ts";
import { GlobError, compileGlobs } from "../glob/glob.ts";
import { type BytePath, fromText } from "./byte-path.ts";
import { type OptionType, checkOptions } from "./check-options.ts";
import { DedupeError } from "./errors.ts";

export type Action = "none" | "hardlink" | "reflink";
export type Scope = "tree" | "unit" | "directory";
export type TimePolicy = "oldest" | "newest" | "equal";

/** What a program asks for; everything but `paths` has a default. */
export interface Options {
  /** Directories (walked) and files; a path that is no valid UTF-8 is given as bytes. */
  readonly paths: readonly (string | Uint8Array)[];
  /** Default `none`: find duplicates and change nothing. */
  readonly action?: Action;
  /** With the action `reflink`: hardlinks where the file system makes no clones, instead of a refusal. */
  readonly linkElsewhere?: boolean;
  /** Take the write bits of files that have several names afterwards. */
  readonly protect?: boolean;
  /** Say what the action would do, change nothing. */
  readonly dryRun?: boolean;
  /** Every regular file, not only build artifacts. */
  readonly all?: boolean;
  /** Only artifacts of these kinds; naming a kind also links one that is left alone by default. */
  readonly kinds?: readonly string[];
  /** Globs of files and directories, relative to their root. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Bytes, inclusive. Default 1; empty files are never linked. */
  readonly minSize?: number | undefined;
  readonly maxSize?: number | undefined;
  readonly followSymlinks?: boolean;
  /** With `followSymlinks`: only links that lead inside this directory. */
  readonly within?: string | undefined;
  readonly oneFileSystem?: boolean;
  /** How paths name their variant, before the rules that are built in: `{variant}/**`. */
  readonly variantPatterns?: readonly string[];
  /** Only these variants, at least two; files of others are not touched. */
  readonly variants?: readonly string[];
  readonly scope?: Scope;
  readonly ignoreMode?: boolean;
  readonly ignoreOwner?: boolean;
  readonly respectTime?: boolean;
  readonly respectName?: boolean;
  /** Every extended attribute must agree, not only access lists, capabilities and security labels. */
  readonly respectXattrs?: boolean;
  /** Never more names than this on one inode. */
  readonly maxLinks?: number | undefined;
  /** Which modification time the shared file carries; `equal` links only where they agree. */
  readonly mtime?: TimePolicy;
  /** A command that reports whether the build has anything to do, run before and after: `make -q`, `ninja -n`. */
  readonly verify?: string | undefined;
  /** Worker threads; default: the machine's processors. The result never depends on it. */
  readonly jobs?: number | undefined;
  /** Compute the XXH64 of every set's content. */
  readonly hashes?: boolean;
}

/** The options of every command that walks directories. */
export type WalkOptions = Pick<
  Options,
  | "paths"
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
  | "jobs"
>;

/**
 * Options as meant: checked, completed, frozen. The stages read these.
 * @internal
 */
export interface Settings {
  readonly paths: readonly BytePath[];
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
  /** The state of build tools too, which is never linked. */
  readonly state: boolean;
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
  readonly verify: string | undefined;
  readonly jobs: number;
  /** Names the content of each set in the report. */
  readonly hasher: "xxh64" | undefined;
  /** The run is going to change files. */
  readonly changesDisk: boolean;
}

const MOST_JOBS = 64;

/** The options of every command that walks directories. */
const WALK_OPTIONS: Readonly<Record<keyof WalkOptions, OptionType>> = {
  paths: "paths",
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
  verify: "string",
  hashes: "boolean",
};

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveOptions(options: Options): Settings {
  checkOptions(options, OPTIONS);
  return Object.freeze({
    paths: options.paths.map((path) =>
      typeof path === "string" ? fromText(path) : Buffer.from(path).toString("latin1"),
    ),
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
    verify: resolveVerify(options.verify),
    jobs: Math.min(MOST_JOBS, wholeNumber("jobs", options.jobs ?? availableParallelism(), 1)),
    hasher: options.hashes ? "xxh64" : undefined,
    changesDisk: (options.action ?? "none") !== "none" && options.dryRun !== true,
  });
}

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function checkWalkOptions(options: WalkOptions): void {
  checkOptions(options, WALK_OPTIONS);
}

function resolveVerify(command: string | undefined): string | undefined {
  if (command === undefined || command.trim() !== "") return command;
  throw new DedupeError(
    "bad-option",
    "--verify: the command is empty",
    "for example: --verify 'make -q'",
  );
}

function resolveKind(name: string): number {
  const kind = kindByName(name);
  if (kind >= 0) return kind;
  const near = KINDS.filter((known) => known.name.includes(name) || name.includes(known.name));
  const hint =
    near.length > 0
      ? `did you mean ${near.map((known) => known.name).join(" or ")}?`
      : "--list-kinds prints them all";
  throw new DedupeError("bad-kind", `unknown kind '${name}'`, hint);
}

/** Refuses a glob that the walk could not compile. */
function checkGlobs(option: string, globs: readonly string[]): readonly string[] {
  for (const glob of globs) {
    try {
      compileGlobs([glob], { anyDepth: true });
    } catch (error) {
      if (error instanceof GlobError)
        throw new DedupeError("bad-glob", `${option}: '${glob}' ${error.message}`);
      throw error;
    }
  }
  return globs;
}

function resolvePatterns(patterns: readonly string[]): Settings["classifyByPattern"] {
  if (patterns.length === 0) return undefined;
  const compiled = patterns.map((pattern) => {
    try {
      return compileVariantPattern(pattern);
    } catch (error) {
      throw new DedupeError(
        "bad-glob",
        (error as Error).message,
        "it looks like '{variant}/**' or '**/*.{variant}.o'",
      );
    }
  });
  return (path) => {
    for (const placeOf of compiled) {
      const place = placeOf(path);
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

function resolveVariants(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const distinct = new Set(names);
  if (distinct.size < 2) {
    throw new DedupeError(
      "few-variants",
      `only one variant was given (${names[0]}): there is nothing to compare it with`,
      "give -o at least twice, for example: -o 0 -o 1 -o 2",
    );
  }
  return distinct;
}

/** A word that the compiler has not seen: the options may come from a program without types. */
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
