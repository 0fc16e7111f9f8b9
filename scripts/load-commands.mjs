/** Loads the definitions of the commands from `src/cli`. */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Returns the commands in their order, the main command first. `name` is what is typed ("dedupe store trim"), and
 * `groups` are their options as `--help` lists them, with the `--no-` forms, `--version` and `--help`.
 */
export async function loadCommands() {
  const {
    MAIN_COMMAND,
    loadCommands: load,
    HELP_OPTION,
    VERSION_OPTION,
    entriesOf,
  } = await importSources(`
    export { MAIN_COMMAND, loadCommands } from "./src/cli/command-table.ts";
    export { HELP_OPTION, VERSION_OPTION } from "./src/cli/program.ts";
    export { entriesOf } from "./src/cli/command-definition.ts";
  `);
  const describe = (definition, name, parserOptions) => {
    const groups = definition.groups.map(({ title, options }) => ({
      title,
      options: Object.values(options).flatMap(entriesOf),
    }));
    groups.at(-1).options.push(...parserOptions);
    return { name, groups, exitCodes: Object.keys(definition.exitCodes) };
  };
  return [
    describe(MAIN_COMMAND, MAIN_COMMAND.name, [VERSION_OPTION, HELP_OPTION]),
    ...(await load(() => true)).flatMap((entry) => {
      const name = `${MAIN_COMMAND.name} ${entry.name}`;
      return "commands" in entry
        ? entry.commands.map((member) => describe(member, `${name} ${member.name}`, [HELP_OPTION]))
        : [describe(entry, name, [HELP_OPTION])];
    }),
  ];
}

/** Node.js 20 cannot import TypeScript, so the sources are bundled first. */
async function importSources(contents) {
  const root = resolve(import.meta.dirname, "..");
  const outfile = `${root}/.dist-commands-${process.pid}/commands.mjs`;
  try {
    await build({
      stdin: { contents, resolveDir: root, loader: "ts" },
      outfile,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(resolve(outfile, ".."), { recursive: true, force: true });
  }
}
