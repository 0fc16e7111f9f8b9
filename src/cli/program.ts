import { Command, Option, type OutputConfiguration } from "commander";
import { wrap } from "../render/wrap.ts";
import { DedupeError } from "../core/errors.ts";
import {
  type CommandDefinition,
  type CommandEntry,
  type CommandGroup,
  type OptionDefinition,
  type OptionTable,
  entriesOf,
} from "./command-definition.ts";

/**
 * An option of the main command that the parser itself handles.
 *
 * @public Read by `scripts/load-commands.mjs`.
 */
export const VERSION_OPTION: OptionDefinition = {
  flags: "-V, --version",
  description: "print the version, and exit",
};
/**
 * An option of every command that the parser itself handles.
 *
 * @public Read by `scripts/load-commands.mjs`.
 */
export const HELP_OPTION: OptionDefinition = {
  flags: "-h, --help",
  description: "print this help, and exit",
  manual: "Print a summary of the options, and exit.",
};

/** A parsed command line. */
export interface Invocation {
  readonly command: CommandDefinition;
  /** Of the type `FlagsOf` the command's option tables. */
  readonly flags: object;
  readonly operands: readonly string[];
}

/**
 * Makes the parser of the command line from the definitions of the commands.
 *
 * @param commands A command whose definition is not loaded is only listed by `--help`.
 * @param onInvocation Gets the parsed command line, unless it is wrong or asks for help.
 */
export function makeProgram(
  main: CommandDefinition,
  commands: readonly (CommandEntry | CommandDefinition | CommandGroup)[],
  version: string,
  output: OutputConfiguration,
  onInvocation: (invocation: Invocation) => void,
): Command {
  const program = new Command(main.name)
    .configureOutput(output)
    .exitOverride()
    .showSuggestionAfterError(false)
    .helpCommand(false)
    // On a narrow terminal, descriptions are wrapped, too.
    .configureHelp({ minWidthToWrap: 16, subcommandTerm: (command) => command.name() })
    // The options of a command follow its name.
    .enablePositionalOptions();
  addDefinition(program, main, onInvocation)
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .hook("preSubcommand", refuseEarlyOptions);
  const add = (parent: Command, definition: CommandDefinition): void => {
    const command = parent.command(definition.name).summary(definition.summary);
    addDefinition(command, definition, onInvocation);
  };
  for (const entry of commands) {
    if ("load" in entry) {
      program.command(entry.name).summary(entry.summary);
    } else if ("commands" in entry) {
      const group = program.command(entry.name).summary(entry.summary).helpCommand(false);
      group.description(entry.description).helpOption(HELP_OPTION.flags, HELP_OPTION.description);
      for (const member of entry.commands) add(group, member);
    } else {
      add(program, entry);
    }
  }
  return program;
}

function addDefinition(
  command: Command,
  definition: CommandDefinition,
  onInvocation: (invocation: Invocation) => void,
): Command {
  const { operands, groups } = definition;
  command.description(definition.description).usage(definition.usage);
  for (const { syntax, description } of operands) command.argument(syntax, description);
  for (const { title, options } of groups) {
    command.optionsGroup(`${title}:`);
    for (const option of Object.values(options).flatMap(entriesOf))
      command.addOption(toParserOption(option));
  }
  return command
    .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
    .addHelpText("after", () => helpAfterOptions(command, definition))
    .action(() => {
      const options: OptionTable = Object.assign({}, ...groups.map((group) => group.options));
      checkCombinations(command, options);
      onInvocation({
        command: definition,
        flags: readFlags(command, options),
        operands: command.args,
      });
    });
}

function toParserOption(definition: OptionDefinition): Option {
  const { flags, description, repeatable, parse } = definition;
  const notes = [
    repeatable ? " (repeatable)" : "",
    definition.defaultText === undefined ? "" : ` (default: ${definition.defaultText})`,
  ];
  const option = new Option(flags, description + notes.join(""));
  option.default(definition.default);
  if (definition.choices !== undefined) return option.choices(definition.choices);
  if (repeatable || parse !== undefined) {
    option.argParser<unknown>((text, previous) => {
      const value = parse === undefined ? text : parse(text, option.long ?? option.flags);
      return repeatable ? [...((previous as unknown[] | undefined) ?? []), value] : value;
    });
  }
  return option;
}

/** The flags as `FlagsOf` describes them. */
function readFlags(command: Command, options: OptionTable): object {
  const typed: Record<string, unknown> = command.opts();
  const flags: Record<string, unknown> = {};
  for (const [name, { flags: syntax, repeatable, negation }] of Object.entries(options)) {
    const isSwitch = !syntax.includes("<") && negation === undefined;
    flags[name] = typed[name] ?? (repeatable ? [] : isSwitch ? false : undefined);
  }
  return flags;
}

/** @throws DedupeError that names the options. */
function checkCombinations(command: Command, options: OptionTable): void {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  const show = (name: string): string => /--[\w-]+/.exec(options[name].flags)?.[0] ?? name;
  for (const [name, { needs, conflicts }] of Object.entries(options)) {
    if (!isGiven(name)) continue;
    const conflict = conflicts?.find(isGiven);
    if (conflict !== undefined) {
      throw new DedupeError("bad-option", `${show(name)} cannot be used with ${show(conflict)}`);
    }
    if (needs !== undefined && !needs.some(isGiven)) {
      throw new DedupeError("bad-option", `${show(name)} needs ${needs.map(show).join(" or ")}`);
    }
  }
}

/** Refuses `dedupe --json unshare x`, where the option would be one of the main command. */
function refuseEarlyOptions(program: Command, command: Command): void {
  const early = program.options.find(
    (option) => program.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (early === undefined) return;
  const name = command.name();
  const isKnown = [command, ...command.commands].some(({ options }) =>
    options.some(({ long }) => long === early.long),
  );
  program.error(
    isKnown
      ? `error: ${early.long} must follow the name of the command`
      : `error: '${name}' is a command without ${early.long} (to name a directory like that, write ./${name})`,
  );
}

function helpAfterOptions(
  command: Command,
  { notes, exitCodes, examples }: CommandDefinition,
): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? 80 });
  const width = help.helpWidth ?? 80;
  const codes = Object.entries(exitCodes).map(([code, meaning]) =>
    help.formatItem(code, 3, meaning, help),
  );
  const lines = Object.entries(examples).map(([line, purpose]) =>
    [...wrap(purpose, width - 4).map((part) => `  # ${part}`), `  ${line}`].join("\n"),
  );
  return [
    ...(notes === undefined ? [] : ["", help.boxWrap(notes, width)]),
    "",
    "Exit codes:",
    ...codes,
    "",
    "Examples:",
    ...lines,
  ].join("\n");
}
