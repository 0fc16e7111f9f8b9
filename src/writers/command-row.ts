/**
 * What a command does to an existing output.
 *
 * - `replace`: the path gets a new inode; its other hard links keep the old content.
 * - `in-place`: every hard link changes.
 * - `touch`: as `replace`; but if the output is up to date, only its modification time is set, on every hard link.
 * - `unknown`: it depends on something that the command line does not show.
 * - `none`: the command writes no output of this name.
 */
export type Effect = "replace" | "in-place" | "touch" | "unknown" | "none";

/**
 * Where a command line has the paths of the files that the command writes.
 *
 * - `target`: nowhere; they are the targets of the rule.
 * - `-o`: the value of `-o`, `--output`, `-out:` or `-of`; without such an option, the targets of the rule.
 * - `operands`: all words that are no options; `last`: the last of them; `second`: the second one.
 * - `of=`: as for dd.
 * - `archive`: as for ar: the second word, if the first one says that members are added.
 * - `copies`: as for cp: the last operand or, if it is a directory, files in it.
 * - `objcopy`: the second of two files. `objcopy in place`: the only one.
 */
export type OutputPlace =
  | "target"
  | "-o"
  | "operands"
  | "last"
  | "second"
  | "of="
  | "archive"
  | "copies"
  | "objcopy"
  | "objcopy in place";

/** One way to call a command. The first row of a command that applies to its arguments counts. */
export interface CommandRow {
  /** Without directory, prefix of a cross toolchain, version or `.exe`. */
  readonly commands: readonly string[];
  readonly place: OutputPlace;
  readonly effect: Effect;
  /** Tools in fixtures/writers.txt, or another source. */
  readonly source: readonly string[];
  /** Each must match an argument. */
  readonly when?: readonly RegExp[];
  /** Must match the first argument. */
  readonly first?: RegExp;
  /** Must match the name of the output. */
  readonly output?: RegExp;
  /** The command that this one calls to write the output. */
  readonly writer?: string;
}

/** A row, with commands separated by spaces and sources by commas. */
export function row(
  commands: string,
  place: OutputPlace,
  effect: Effect,
  source: string,
  conditions: Pick<CommandRow, "when" | "first" | "output" | "writer"> = {},
): CommandRow {
  return {
    commands: commands.split(" "),
    place,
    effect,
    source: source === "" ? [] : source.split(", "),
    ...conditions,
  };
}
