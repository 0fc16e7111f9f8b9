import { CommanderError } from "commander";
import { fromText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { printable } from "../render/printable.ts";
import type { Streams } from "./command-definition.ts";
import { COMMANDS, MAIN_COMMAND, loadCommands } from "./command-table.ts";
import { ExitCode } from "./exit-code.ts";
import { calledCommand, unknownCommand, unknownOption, withHint } from "./hints.ts";
import { STDERR, STDOUT } from "./output-style.ts";
import { Output } from "./output.ts";
import { type Invocation, makeProgram } from "./program.ts";

/** Runs a command line and returns the exit code. */
export async function main(words: readonly string[], version: string): Promise<number> {
  const streams = { out: new Output(STDOUT), err: new Output(STDERR) };
  const { out, err } = streams;
  try {
    const code = await run(words, version, streams);
    out.flush();
    if (out.error === undefined) return code;
    err.writeLines([`dedupe: the report could not be written: ${out.error}`]);
    return ExitCode.failed;
  } catch (error) {
    if (!(error instanceof DedupeError)) throw error;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    err.writeLines([`dedupe: ${printable(fromText(error.message))}${hint}`]);
    return ExitCode.usage;
  } finally {
    err.flush();
  }
}

async function run(words: readonly string[], version: string, streams: Streams): Promise<number> {
  const invocation = await parse(words, version, streams);
  if (typeof invocation === "number") return invocation;
  const { command, flags, operands } = invocation;
  try {
    return await command.run(flags, operands, streams);
  } catch (error) {
    throw error instanceof DedupeError ? withHint(error, words, invocation, COMMANDS) : error;
  }
}

/** Parses a command line; returns an exit code if there is nothing to run. */
async function parse(
  words: readonly string[],
  version: string,
  { out, err }: Streams,
): Promise<Invocation | number> {
  const found: Invocation[] = [];
  const output = {
    writeOut: (text: string) => out.write(text),
    writeErr: (text: string) => err.write(text),
    outputError: () => undefined,
  };
  const commands = await loadCommands((name) => words.includes(name));
  const program = makeProgram(MAIN_COMMAND, commands, version, output, (invocation) =>
    found.push(invocation),
  );
  try {
    program.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitCode.ok;
    if (error.code === "commander.help") return ExitCode.usage;
    const message = toOneLine(error.message);
    const flag = /^unknown option '(.*)'$/.exec(message)?.[1];
    if (flag !== undefined) throw unknownOption(flag, calledCommand(words, MAIN_COMMAND, commands));
    const name = /^unknown command '(.*)'$/.exec(message)?.[1];
    const group = commands.find((command) => command.name === words[0]);
    if (name !== undefined && group !== undefined && "commands" in group)
      throw unknownCommand(name, group);
    err.writeLines([`dedupe: ${printable(fromText(message))}`]);
    return ExitCode.usage;
  }
  return found[0];
}

/** Turns an error message of commander, which may have several lines, into one line. */
function toOneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, "")
    .replaceAll("\n", " ");
}
