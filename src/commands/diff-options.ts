import { type BytePath, fromText, withoutEndSlashes } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import type { PathMap } from "../diff/pair-leftovers.ts";
import { rootTypes } from "../walk/root-types.ts";
import { type OptionType, checkOptions } from "./check-options.ts";
import { type Options, type Settings, resolveOptions } from "./options.ts";

type SelectionOption =
  | "paths"
  | "all"
  | "kinds"
  | "include"
  | "exclude"
  | "minSize"
  | "maxSize"
  | "oneFileSystem"
  | "jobs";

/**
 * The options of `diff`. As in `Options`, but empty files are selected too, and `all` selects the state of build tools,
 * too. `paths` are the two trees: two directories, or two files, which are compared whatever their kinds are.
 */
export interface DiffOptions extends Pick<Options, SelectionOption> {
  /**
   * Where artifacts of the first tree have their counterparts, if these have other paths: `from=to`, both relative to
   * the trees.
   */
  readonly maps?: readonly string[];
}

/** The options of `diffNear`, as in `Options`. */
export type NearOptions = Pick<Options, SelectionOption | "variantPatterns">;

const SELECTION_OPTIONS: Readonly<Record<SelectionOption, OptionType>> = {
  paths: "paths",
  all: "boolean",
  kinds: "strings",
  include: "strings",
  exclude: "strings",
  minSize: "number",
  maxSize: "number",
  oneFileSystem: "boolean",
  jobs: "number",
};

/** A `PathMap` as it was given. */
interface GivenMap extends PathMap {
  readonly text: BytePath;
}

/** @internal */
export interface DiffSettings extends Settings {
  readonly maps: readonly GivenMap[];
  readonly singleFiles: boolean;
  readonly perRoot: true;
  readonly listSymlinks: true;
}

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveDiffOptions(given: DiffOptions): DiffSettings {
  checkOptions(given, { ...SELECTION_OPTIONS, maps: "strings" });
  const { maps = [], ...options } = given;
  const settings = resolveOptions(options);
  const { paths } = settings;
  if (paths.length !== 2)
    throw new DedupeError("no-path", `${paths.length} paths instead of two trees to compare`);
  const [a, b] = rootTypes(paths);
  if (a !== b) {
    throw new DedupeError("bad-option", `one path is a directory and the other is a file`);
  }
  const singleFiles = a === "file";
  const all = settings.all || singleFiles;
  return Object.freeze({
    ...settings,
    all,
    state: all,
    minSize: options.minSize === undefined ? 0 : Math.min(settings.minSize, options.minSize),
    maps: maps.map(parseMap),
    singleFiles,
    perRoot: true,
    listSymlinks: true,
  });
}

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveNearOptions(options: NearOptions): Settings {
  checkOptions(options, { ...SELECTION_OPTIONS, variantPatterns: "strings" });
  return resolveOptions(options);
}

function parseMap(text: string): GivenMap {
  const equals = text.indexOf("=");
  if (equals < 0 || text === "=") {
    throw new DedupeError(
      "bad-option",
      `--map: '${text}' is not <from>=<to>`,
      "for example: --map build/O2=out/release",
    );
  }
  return {
    text: fromText(text),
    from: relative(text.slice(0, equals)),
    to: relative(text.slice(equals + 1)),
  };
}

/** `./build//O2/` and `build/O2` are the same; the tree itself is "" or ".". */
function relative(path: string): BytePath {
  const parts = fromText(withoutEndSlashes(path)).split("/");
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}
