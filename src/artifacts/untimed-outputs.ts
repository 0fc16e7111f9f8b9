/** Outputs whose build tool does not look at their times, so that dating them old has no effect. */

/** How to make a file again that its build takes for up to date, whatever its time is. */
export interface RebuildHint {
  /** The tool that may have made it. */
  readonly tool: string;
  /** The command with which that tool makes it again. */
  readonly command: string;
}

interface UntimedOutput extends RebuildHint {
  readonly pattern: RegExp;
  /** A file that exists if the tool made the output; replaces what `pattern` matches. */
  readonly record?: string;
}

/**
 * Measured by changing the output, dating it 1970, and building again. Free Pascal 3.2 looks at the time that a unit
 * recorded of its source, mix of Elixir 1.14 and `tsc --build` of TypeScript 7.0 at digests of the sources; tsc does not
 * notice that an output is missing, either.
 */
const UNTIMED: readonly UntimedOutput[] = [
  {
    tool: "tsc --build",
    command: "tsc --build --force",
    pattern: /\.(?:[cm]?jsx?|d\.[cm]?ts)(?:\.map)?$/,
  },
  {
    tool: "mix",
    command: "mix compile --force",
    pattern: /\/ebin\/[^/]*\.beam$/,
    record: "/.mix/compile.elixir",
  },
  {
    tool: "Free Pascal",
    command: "make -B, or fpc -B",
    pattern: /\.o$/,
    record: ".ppu",
  },
];

/**
 * @param output A path.
 * @param exists Whether a file exists.
 */
export function rebuildHintOf(
  output: string,
  exists: (path: string) => boolean,
): RebuildHint | undefined {
  const found = UNTIMED.find(
    ({ pattern, record }) =>
      pattern.test(output) && (record === undefined || exists(output.replace(pattern, record))),
  );
  return found === undefined ? undefined : { tool: found.tool, command: found.command };
}

/**
 * The records of mix that are older than its configuration if both are dated old: mix then consolidates the protocols
 * again. It does not look at `consolidated/X.beam` itself (Elixir 1.14).
 *
 * @param output A path.
 */
export function mixRecords(output: string): string[] {
  const [, dir] = /^(.*\/|)consolidated\/[^/]*\.beam$/s.exec(output) ?? [];
  if (dir === undefined) return [];
  return [`${dir}.mix/compile.elixir`, `${dir}.mix/compile.protocols`];
}
