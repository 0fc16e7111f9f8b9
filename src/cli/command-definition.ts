import type { Output } from "./output.ts";

/**
 * An option of a command. Parsing, `--help`, the type of the flags, the option lists of the man page and the check of
 * README.md are all derived from it.
 */
export interface OptionDefinition {
  /** The forms on the command line: `-s, --min-size <size>`. */
  readonly flags: string;
  /** For `--help`: in lower case and without a full stop. */
  readonly description: string;
  /** For the man page, where that says more than `--help`: sentences, in the markup of `scripts/man-options.mjs`. */
  readonly manual?: string;
  /** The only values. */
  readonly choices?: readonly string[];
  /** The value if the option is not given. */
  readonly default?: string;
  /** What applies if the option is not given, in words. */
  readonly defaultText?: string;
  /** May be given several times. */
  readonly repeatable?: true;
  /** Adds the option's `--no-` form; this is its description. */
  readonly negation?: string;
  /** Converts a value; throws a `DedupeError` that names the option. */
  readonly parse?: (text: string, option: string) => unknown;
  /** Names of options; at least one of them must be given as well. */
  readonly needs?: readonly string[];
  /** Names of options that must not be given as well. */
  readonly conflicts?: readonly string[];
}

/** Options by name. The name is that of the long flag, in camel case. */
export type OptionTable = Readonly<Record<string, OptionDefinition>>;

/** Options under one heading of `--help` and of the man page. */
export interface OptionGroup {
  readonly title: string;
  readonly options: OptionTable;
}

export interface CommandDefinition {
  /** What is typed after `dedupe`; of the main command `dedupe` itself. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** What follows the name of the command: `[options] <path...>`. */
  readonly usage: string;
  /** The arguments that are not options, as commander writes them: `[path...]`. */
  readonly operands: readonly { readonly syntax: string; readonly description: string }[];
  readonly groups: readonly OptionGroup[];
  /** A paragraph for the end of `--help`. */
  readonly notes?: string;
  readonly exitCodes: Readonly<Record<number, string>>;
  /** Command lines, each with what it does. */
  readonly examples: Readonly<Record<string, string>>;
  /**
   * Runs the command and returns the exit code. `flags` has the type `FlagsOf` the option tables.
   *
   * @throws DedupeError if the command line is wrong.
   */
  run(flags: object, operands: readonly string[], streams: Streams): Promise<number>;
}

/** A command that consists of commands, such as `dedupe store status`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly commands: readonly CommandDefinition[];
}

/** A command in the list of commands. Its definition, with all code that only it needs, is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandDefinition | CommandGroup>;
}

/** Standard output and standard error. */
export interface Streams {
  readonly out: Output;
  readonly err: Output;
}

/**
 * The flags of a command as parsed. Without the option, the value is its default, an empty array if the option is
 * repeatable, false if it takes no value and has no `--no-` form, and undefined otherwise. The `--no-` form is false.
 * An option that may have a value (`--store [dir]`) is true without one, and false without the option.
 */
export type FlagsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: FlagOf<Table[Name]>;
};

type FlagOf<Definition extends OptionDefinition> = Definition extends { readonly repeatable: true }
  ? readonly ValueOf<Definition>[]
  : Definition extends { readonly flags: `${string}[${string}]` }
    ? string | boolean
    : Definition extends { readonly negation: string }
      ? Definition extends { readonly flags: `${string}<${string}>` }
        ? ValueOf<Definition> | false | undefined
        : boolean | undefined
      : Definition extends { readonly flags: `${string}<${string}>` }
        ?
            | ValueOf<Definition>
            | (Definition extends { readonly default: string } ? never : undefined)
        : boolean;

type ValueOf<Definition> = Definition extends {
  readonly parse: (text: string, option: string) => infer Value;
}
  ? Value
  : Definition extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

/** An option as `--help` and the documents list it: its `--no-` form is an entry of its own. */
export function entriesOf(definition: OptionDefinition): OptionDefinition[] {
  const { negation, flags } = definition;
  if (negation === undefined) return [definition];
  const negated = flags.replace("--", "--no-").replace(/ <.*/, "");
  return [definition, { flags: negated, description: negation }];
}
