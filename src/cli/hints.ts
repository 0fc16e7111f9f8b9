import { DedupeError } from "../core/errors.ts";
import { closest, didYouMean, nearest } from "../core/suggest.ts";
import type { CommandDefinition, CommandEntry, CommandGroup } from "./command-definition.ts";
import { HELP_OPTION, VERSION_OPTION } from "./program.ts";
import { entriesOf } from "./command-definition.ts";

/** Options that programs such as fdupes need. */
const RECURSIVE = "directories are always searched with all that is in them";

type Commands = readonly (CommandEntry | CommandDefinition | CommandGroup)[];

/** The error for an option that a command does not have, such as `--link` or `-hardlink`. */
export function unknownOption(flag: string, command: CommandDefinition): DedupeError {
  const known = longOptionsOf(command);
  const [name] = flag.split("=");
  if (flag !== name && known.includes(name))
    return new DedupeError("bad-option", `option '${name}' takes no value`);
  const names = known.map((option) => option.slice(2));
  if (/^(?:-r|-R|--recursive)$/.test(name))
    return new DedupeError("bad-option", `unknown option '${flag}'`, RECURSIVE);
  const near = nearest(name.replace(/^-+/, ""), names).map((option) => `--${option}`);
  return new DedupeError("bad-option", `unknown option '${flag}'`, didYouMean(near));
}

/** The error for a command that a group does not have, such as `dedupe store prune`. */
export function unknownCommand(name: string, { name: group, commands }: CommandGroup): DedupeError {
  const names = commands.map((command) => command.name);
  const near = didYouMean(nearest(name, names).map((each) => `dedupe ${group} ${each}`));
  const list = `the commands are ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return new DedupeError("bad-option", `dedupe ${group}: unknown command '${name}'`, near ?? list);
}

/** The command that the words call; the main command if they name none. */
export function calledCommand(
  words: readonly string[],
  main: CommandDefinition,
  commands: Commands,
): CommandDefinition {
  const [first, second] = words;
  const found = commands.find(({ name }) => name === first);
  if (found === undefined || "load" in found) return main;
  if (!("commands" in found)) return found;
  return found.commands.find(({ name }) => name === second) ?? main;
}

/**
 * Adds a hint to an error that a slip on the command line explains: a path that is the name of an option or nearly that
 * of a command (`hardlink build`, `unshar build`, `help`), or no path because an option has taken it as its value.
 */
export function withHint(
  error: DedupeError,
  words: readonly string[],
  {
    command,
    operands,
  }: { readonly command: CommandDefinition; readonly operands: readonly string[] },
  commands: Commands,
): DedupeError {
  const hint =
    error.code === "no-path"
      ? takenValueHint(words)
      : error.code === "missing-path"
        ? misplacedWordHint(error, command, operands, commands)
        : undefined;
  return hint === undefined ? error : new DedupeError(error.code, error.message, hint, error);
}

/** `-o build`, where `build` was meant to be the path. */
function takenValueHint(words: readonly string[]): string | undefined {
  const [option, value] = words.slice(-2);
  if (value === undefined || value.startsWith("-") || !option.startsWith("-")) return undefined;
  return `'${value}' is the value of ${option}; name a directory to search as well`;
}

function misplacedWordHint(
  error: DedupeError,
  command: CommandDefinition,
  operands: readonly string[],
  commands: Commands,
): string | undefined {
  const word = operands.find((operand) => error.message.startsWith(`${operand}: no such file`));
  if (word === undefined || word.includes("/")) return undefined;
  const names = longOptionsOf(command).map((option) => option.slice(2));
  const meant = [
    ...(word === operands[0]
      ? closest(
          word,
          commands.map(({ name }) => name),
        )
      : []
    ).map((name) => `dedupe ${name}`),
    ...closest(word, names).map((name) => `--${name}`),
  ];
  return didYouMean(meant);
}

function longOptionsOf({ groups }: CommandDefinition): string[] {
  return [
    ...groups.flatMap(({ options }) => Object.values(options).flatMap(entriesOf)),
    VERSION_OPTION,
    HELP_OPTION,
  ].flatMap(({ flags }) => /--[\w-]+/.exec(flags) ?? []);
}
