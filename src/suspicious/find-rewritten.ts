import type { BytePath } from "../core/byte-path.ts";
import type { SuspiciousCommand } from "../core/suspicion-report.ts";
import type { CompileCommand } from "./compile-commands.ts";

/** An object that different commands write. */
export interface RewrittenObject {
  /** Relative to an unknown directory if it is not absolute. */
  readonly output: BytePath;
  readonly commands: readonly SuspiciousCommand[];
}

/** Finds objects that different commands write. */
export function findRewritten(commands: readonly CompileCommand[]): RewrittenObject[] {
  const byOutput = new Map<string, Map<string, CompileCommand>>();
  for (const command of commands) {
    const distinct = byOutput.get(command.output) ?? new Map<string, CompileCommand>();
    byOutput.set(command.output, distinct);
    const key = command.words.join("\0");
    if (!distinct.has(key)) distinct.set(key, command);
  }
  return Array.from(byOutput, ([output, distinct]) => ({
    output,
    commands: withDifferences([...distinct.values()]),
  })).filter((object) => object.commands.length > 1);
}

/** Commands with the words that not all of them have. */
function withDifferences(commands: readonly CompileCommand[]): SuspiciousCommand[] {
  const counts = new Map<string, number>();
  for (const { words } of commands)
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return commands.map(({ line, words }) => ({
    line,
    words: words.filter((word) => counts.get(word) !== commands.length),
  }));
}
