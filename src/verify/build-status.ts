/** What a build tool said: whether there is nothing to do, and if there is, which words tell. */
export interface BuildStatus {
  readonly quiet: boolean;
  readonly why: string;
  /** It was no answer: there is no such command. */
  readonly failed?: true;
}

/**
 * What build tools print that do not tell by their exit code: dry runs (`make -n`, `ninja -n`) and builds
 * that just build.
 */
interface Tool {
  readonly command: RegExp;
  /** Lines that are no work. Any other one is, unless `work` says which are. */
  readonly quiet?: RegExp;
  readonly work?: RegExp;
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
        // A make that starts others prints their commands even in a dry run.
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
const CANNOT_BE_RUN = new Set([126, 127]);

/**
 * Whether a command reports nothing to do. A failure is work (`make -q` says 1). Success is none, but for
 * the tools of the table: they succeed either way, and their words decide.
 */
export function buildStatusOf(command: string, code: number, output: string): BuildStatus {
  const lines = output.split("\n");
  if (CANNOT_BE_RUN.has(code)) return { quiet: false, why: lastOf(lines), failed: true };
  if (code !== 0) {
    const last = lastOf(lines);
    return { quiet: false, why: last === "" ? `exit code ${code}` : `exit code ${code}: ${last}` };
  }
  for (const { command: known, quiet, work } of TOOLS) {
    if (!known.test(command)) continue;
    const telling = lines.find((line) => work?.test(line) ?? quiet?.test(line) === false);
    return { quiet: telling === undefined, why: telling?.trim().slice(0, 200) ?? "" };
  }
  return { quiet: true, why: "" };
}

function lastOf(lines: readonly string[]): string {
  return (lines.findLast((line) => line.trim() !== "") ?? "").trim().slice(0, 200);
}
