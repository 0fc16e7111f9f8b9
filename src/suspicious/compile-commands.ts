import { isAbsolute, join } from "node:path/posix";
import { type BytePath, fromText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { BudgetExceeded, WorkBudget } from "../core/work-budget.ts";
import { invocationOf } from "../writers/invocation.ts";
import { WILD, splitCommands } from "../writers/shell-words.ts";

/** A command that compiles a source to an object. */
export interface CompileCommand {
  /** In the log, or the number of the entry; counted from 1. */
  readonly line: number;
  /** The object, relative to an unknown directory if it is not absolute. */
  readonly output: BytePath;
  /** Without the output. */
  readonly words: readonly string[];
}

const COMPILER =
  /^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|clang-cl|gfortran|f77|f90|f95|nvcc|icc|icx|icpx)$/;
/** What make and ninja, shells and libtool write in front of a command. */
const PREFIX = /^(?:\x1b\[[\d;]*m)*(?:\[[\d /%]+\] *|\++ |libtool: compile: +)?/;
const ENTERING = /Entering directory [`'"](.*)['"]$/;
const LEAVING = /Leaving directory [`'"]/;
/** Sources that configuration tools compile again and again. */
const PROBE = /(?:^|\/)(?:conftest|cmTC_|testfile|sanitycheck)[^/]*$/;
/**
 * Options that leave the object as it is: warnings and dependency files. Those of profile-guided optimization, too, for
 * which objects are compiled twice, one after the other.
 */
const WITHOUT_EFFECT = /^-(?:W(?![apl],)|M|pipe$|fdiagnostics-|fprofile-)/;
const WITH_VALUE = /^-M[FTQ]$/;

/**
 * The compile commands of a build log, or of a `compile_commands.json`.
 *
 * @throws DedupeError if it begins like JSON and is no such file, or asks for far more work than its size explains.
 */
export function readCompileCommands(text: string): CompileCommand[] {
  const budget = new WorkBudget(text.length);
  try {
    return /^\s*\[\s*[{\]]/.test(text) ? readDatabase(text, budget) : readLog(text, budget);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    throw new DedupeError("bad-option", `--commands: the file cannot be used: ${error.message}`);
  }
}

function readDatabase(text: string, budget: WorkBudget): CompileCommand[] {
  const entries: unknown = parseJson(text);
  if (!Array.isArray(entries)) throw notDatabase();
  return entries.flatMap((entry: unknown, i) => {
    if (typeof entry !== "object" || entry === null) throw notDatabase();
    const fields = entry as Record<string, unknown>;
    const words = Array.isArray(fields["arguments"])
      ? fields["arguments"].filter((word) => typeof word === "string")
      : typeof fields["command"] === "string"
        ? (splitCommands(fields["command"])[0]?.words ?? [])
        : [];
    const dir = typeof fields["directory"] === "string" ? fields["directory"] : "";
    const given = typeof fields["output"] === "string" ? fields["output"] : undefined;
    return commandOf(words, dir, i + 1, budget, given) ?? [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notDatabase();
  }
}

function notDatabase(): DedupeError {
  return new DedupeError(
    "bad-option",
    "--commands: the file is neither a compile_commands.json nor a build log",
    "a build log has one command a line",
  );
}

function readLog(text: string, budget: WorkBudget): CompileCommand[] {
  const commands: CompileCommand[] = [];
  const dirs: string[] = [];
  const pending: string[] = [];
  for (const [i, part] of text.split(/\r?\n/).entries()) {
    if (part.endsWith("\\")) {
      pending.push(part.slice(0, -1));
      continue;
    }
    const line = [...pending.splice(0), part].join("");
    const entered = ENTERING.exec(line)?.[1];
    if (entered !== undefined) dirs.push(entered);
    else if (LEAVING.test(line)) dirs.pop();
    else if (/\s-c\s/.test(line))
      for (const command of commandsIn(line.replace(PREFIX, ""), dirs.at(-1) ?? "", i + 1, budget))
        commands.push(command);
  }
  return commands;
}

function commandsIn(
  line: string,
  start: string,
  number: number,
  budget: WorkBudget,
): CompileCommand[] {
  let dir = start;
  return splitCommands(line).flatMap(({ words }) => {
    if (words[0] === "cd" && words.length > 1) {
      budget.spend(4 * dir.length);
      dir = isAbsolute(words[1]) ? words[1] : join(dir, words[1]);
      return [];
    }
    return commandOf(words, dir, number, budget) ?? [];
  });
}

/** undefined if the command is none of a compiler, or its output is not known. */
function commandOf(
  words: readonly string[],
  dir: string,
  line: number,
  budget: WorkBudget,
  given?: string,
): CompileCommand | undefined {
  const { command, args } = invocationOf(words);
  if (!COMPILER.test(command) || !args.includes("-c")) return undefined;
  const at = args.findIndex((word) => word.startsWith("-o"));
  const inNext = args[at] === "-o";
  const named = at < 0 ? undefined : inNext ? args[at + 1] : args[at].slice(2);
  const output = given ?? named ?? defaultOutput(args);
  if (output === undefined || output.includes(WILD) || PROBE.test(output)) return undefined;
  budget.spend(4 * dir.length);
  const rest = args.filter(
    (word, i) =>
      i !== at &&
      !(inNext && i === at + 1) &&
      !WITHOUT_EFFECT.test(word) &&
      !WITH_VALUE.test(args[i - 1] ?? ""),
  );
  return {
    line,
    output: fromText(isAbsolute(output) ? join(output) : join(dir, output)),
    words: [command, ...rest.map(normalized)].map(fromText),
  };
}

/** Paths of the same file are written in one way. */
function normalized(word: string): string {
  const [, option, path] = /^(-I|-L|-include=?)?(.*)$/s.exec(word) ?? [];
  return path === "" || path.startsWith("-") ? word : `${option ?? ""}${join(path)}`;
}

/** A compiler names an object after its source, in the current directory. */
function defaultOutput(args: readonly string[]): string | undefined {
  const source = args.find((word) => !word.startsWith("-") && /\.\w+$/.test(word));
  return source?.replace(/^.*\//, "").replace(/\.\w+$/, ".o");
}
