import { MAIN_COMMAND, loadCommands } from "../../src/cli/command-table.ts";
import { type Invocation, makeProgram } from "../../src/cli/program.ts";

const COMMANDS = await loadCommands(() => true);

/** Parses a command line, with its words separated by spaces. Runs nothing. */
export function parseCommandLine(line: string): Invocation {
  const found: Invocation[] = [];
  const quiet = { outputError: () => {}, writeErr: () => {}, writeOut: () => {} };
  const program = makeProgram(MAIN_COMMAND, COMMANDS, "0.0.0", quiet, (invocation) =>
    found.push(invocation),
  );
  program.parse(
    line.split(" ").filter((word) => word !== ""),
    { from: "user" },
  );
  return found[0];
}
