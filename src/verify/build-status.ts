export interface BuildStatus {
  /** The build has nothing to do. */
  readonly quiet: boolean;
  /** The line of output, or the exit code, that reports work. */
  readonly why: string;
  /** The command could not be run. */
  readonly failed?: true;
}

/**
 * A build tool whose output has to be read, because it exits with 0 even if there is work: dry runs (`make -n`,
 * `ninja -n`), and commands that build.
 */
interface Tool {
  readonly command: RegExp;
  /** Lines that report work. */
  readonly work?: RegExp;
  /** Without `work`: the lines that do not report work. */
  readonly quiet?: RegExp;
}

const TOOLS: readonly Tool[] = [
  {
    // https://doc.rust-lang.org/cargo/reference/external-tools.html: "fresh" in the JSON messages.
    command: /\bcargo\b/,
    work: /^\s*(?:Compiling|Checking|Documenting|Dirty)\s|^\s*Running `|"fresh":\s*false/,
  },
  {
    command: /(?:^|[\s;&|(/])(?:[gbr]?make|ninja|samu|meson|cmake)\b/,
    quiet: new RegExp(
      [
        /^ninja: (?:no work to do\.|Entering directory)/,
        /^[gb]?make(?:\[\d+\])?: (?:Nothing to be done for |(?:Entering|Leaving) directory|.* is up to date\.$)/,
        // The command of a recursive make is printed even if that make has nothing to do.
        /^\s*(?:cd \S+ && )?(?:\S*\/)?[gb]?make(?:\s|$)/,
        /^Making \S+ in /,
        /^\[ *\d+%\] Built target /,
        /^Consolidate compiler generated dependencies of target /,
        /^INFO: (?:autodetecting backend|calculating backend)/,
        /^\s*$/,
      ]
        .map(({ source }) => source)
        .join("|"),
    ),
  },
];
/** The shell's exit codes for a command that is not executable, or not found. */
const CANNOT_BE_RUN = new Set([126, 127]);

/**
 * Whether a build has anything to do, by the exit code and the output of a command. A failure means work: `make -q`
 * exits with 1. Success means none, unless the command is one of `TOOLS`, whose output decides.
 */
export function buildStatusOf(command: string, code: number, output: string): BuildStatus {
  const lines = output.split("\n");
  if (CANNOT_BE_RUN.has(code)) return { quiet: false, why: lastOf(lines), failed: true };
  if (code !== 0) {
    const last = lastOf(lines);
    return { quiet: false, why: last === "" ? `exit code ${code}` : `exit code ${code}: ${last}` };
  }
  const tool = TOOLS.find((known) => known.command.test(command));
  if (tool === undefined) return { quiet: true, why: "" };
  const { work, quiet } = tool;
  const found = lines.find((line) => work?.test(line) ?? quiet?.test(line) === false);
  return { quiet: found === undefined, why: shorten(found ?? "") };
}

/** The last line that is not empty. */
function lastOf(lines: readonly string[]): string {
  return shorten(lines.findLast((line) => line.trim() !== "") ?? "");
}

function shorten(line: string): string {
  return line.trim().slice(0, 200);
}
