import { CommanderError } from "commander";
import { fromText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { printable } from "../render/printable.ts";
import { ExitCode } from "./exit-code.ts";
import { Output } from "./output.ts";
import { type Typed, makeProgram } from "./program.ts";
import { runDedupe } from "./run-dedupe.ts";
import { runUnshare } from "./run-unshare.ts";
import { STDERR, STDOUT } from "./terminal.ts";

/** Runs the command line; the exit code. Only here is anything written to the streams. */
export async function main(argv: readonly string[], version: string): Promise<number> {
  const out = new Output(STDOUT);
  const err = new Output(STDERR);
  try {
    const code = await run(argv, version, out, err);
    out.flush();
    if (out.error === undefined) return code;
    err.write(`dedupe: the report could not be written: ${out.error}\n`);
    return ExitCode.failed;
  } catch (error) {
    if (error instanceof DedupeError) {
      err.write(
        `dedupe: ${printable(fromText(error.message))}${error.hint === undefined ? "" : ` (${error.hint})`}\n`,
      );
      return ExitCode.usage;
    }
    throw error;
  } finally {
    err.flush();
  }
}

async function run(
  argv: readonly string[],
  version: string,
  out: Output,
  err: Output,
): Promise<number> {
  const typed: Typed[] = [];
  const output = {
    writeOut: (text: string) => out.write(text),
    writeErr: (text: string) => err.write(text),
    outputError: (text: string, write: (text: string) => void) =>
      write(`dedupe: ${printable(fromText(oneLine(text)))}\n`),
  };
  try {
    makeProgram(version, output, (found) => typed.push(found)).parse(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    throw error;
  }
  const [{ command, flags, paths }] = typed;
  if (command === "unshare") return runUnshare(flags, paths, out, err);
  return runDedupe(flags, paths, out, err);
}

/** commander's words as one line of ours. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, "")
    .replaceAll("\n", " ");
}
