import { type BytePath, fromText, withoutEndSlashes } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import type { PathMap } from "../diff/pair-leftovers.ts";
import { rootTypes } from "../walk/root-types.ts";
import { checkOptions } from "./check-options.ts";
import { type Options, type Settings, WALK_OPTIONS, resolveOptions } from "./options.ts";

/**
 * The options of `diff`. As in `Options`, but empty files are selected too, and `all` selects the state of build tools,
 * too. `paths` are the two trees: two directories, or two files, which are compared whatever their kinds are.
 */
export interface DiffOptions extends Pick<
  Options,
  | "paths"
  | "all"
  | "kinds"
  | "include"
  | "exclude"
  | "minSize"
  | "maxSize"
  | "oneFileSystem"
  | "jobs"
> {
  /**
   * Where artifacts of the first tree have their counterparts, if these have other paths: `from=to`, both relative to
   * the trees.
   */
  readonly maps?: readonly string[];
}

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
export function resolveDiffOptions({ maps = [], ...options }: DiffOptions): DiffSettings {
  checkOptions({ ...options, maps }, { ...WALK_OPTIONS, maps: "strings" });
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
