import type { CommandRow } from "./command-row.ts";
import { COMPILER_COMMANDS } from "./compiler-commands.ts";
import { BYTECODE_COMMANDS, CMAKE_COMMANDS, FILE_COMMANDS } from "./other-commands.ts";

type RowIndex = ReadonlyMap<string, readonly CommandRow[]>;

/** The rows of each command, in the order of the tables. */
export const COMMAND_ROWS: RowIndex = indexRows([
  ...COMPILER_COMMANDS,
  ...FILE_COMMANDS,
  ...BYTECODE_COMMANDS,
]);

/** The rows of `cmake -E`, by the word that follows. */
export const CMAKE_ROWS: RowIndex = indexRows(CMAKE_COMMANDS);

/** Commands that write only to their standard output, and words of the shell. */
const WITHOUT_OUTPUT = new Set(
  (
    ": . [ awk basename bc break case cat chgrp chmod chown cmp comm continue cut date diff dirname done du echo " +
    "egrep esac exit expand export expr false fgrep fi file find fmt fold for gawk getconf grep head id in info ls " +
    "make gmake mawk md5sum mkdir mkinstalldirs ninja nm nproc objdump od paste pkg-config pkgconf printf pwd read " +
    "readelf readlink realpath return rmdir samu seq set sha1sum sha256sum shift size sleep sort source stat strings " +
    "tail test tr trap true tty type ulimit umask uname uniq unset wait wc which xxd yes"
  ).split(" "),
);

export function isWithoutOutput(command: string): boolean {
  return WITHOUT_OUTPUT.has(command);
}

export function isKnownCommand(command: string): boolean {
  return (
    WITHOUT_OUTPUT.has(command) ||
    COMMAND_ROWS.has(command) ||
    /^(?:cd|rm|unlink|cmake|libtool)$/.test(command)
  );
}

function indexRows(rows: readonly CommandRow[]): RowIndex {
  const index = new Map<string, CommandRow[]>();
  for (const row of rows) {
    for (const command of row.commands) {
      const own = index.get(command);
      if (own === undefined) index.set(command, [row]);
      else own.push(row);
    }
  }
  return index;
}
