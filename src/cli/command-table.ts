import type { CommandDefinition, CommandEntry, CommandGroup } from "./command-definition.ts";
import { dedupeCommand } from "./commands/dedupe.ts";

/** The command that runs if no command is named. */
export const MAIN_COMMAND: CommandDefinition = dedupeCommand;

/** The other commands. `scripts/build.mjs` puts what `load` imports into a file of its own. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "unshare",
    summary: "give every linked artifact its own copy again",
    load: async () => (await import("./commands/unshare.ts")).unshareCommand,
  },
  {
    name: "diff",
    summary: "compare two build trees, and tell why they differ",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "status",
    summary: "show what is linked, and what became of it",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "store",
    summary: "inspect and clean the store of several trees",
    load: async () => (await import("./commands/store.ts")).storeCommands,
  },
];

/** The commands, with the definitions of those that `isNeeded`. */
export function loadCommands(
  isNeeded: (name: string) => boolean,
): Promise<(CommandEntry | CommandDefinition | CommandGroup)[]> {
  return Promise.all(COMMANDS.map(async (entry) => (isNeeded(entry.name) ? entry.load() : entry)));
}
