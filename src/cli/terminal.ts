/** The descriptors of standard output and standard error. */
export const STDOUT = 1;
export const STDERR = 2;

/** What the streams are and what their reader wants of them. */
export interface OutputStyle {
  readonly color: boolean;
  readonly progress: boolean;
}

export interface OutputStyleFlags {
  readonly color?: boolean;
  readonly progress?: boolean;
  readonly quiet?: true;
  readonly json?: true;
}

/**
 * Colours and progress are for a person at a terminal. `--color` and `--progress` decide where they are
 * given; else `NO_COLOR` (https://no-color.org), `CI` and a dumb terminal turn them off.
 */
export function decideOutputStyle(
  flags: OutputStyleFlags,
  isTerminalAt: (descriptor: number) => boolean,
  environment: Readonly<Record<string, string | undefined>>,
): OutputStyle {
  const plain = Boolean(environment["CI"]) || environment["TERM"] === "dumb";
  const noColor = (environment["NO_COLOR"] ?? "") !== "";
  return {
    color: flags.color ?? (!noColor && !plain && isTerminalAt(STDOUT)),
    progress: flags.progress ?? (!plain && flags.quiet === undefined && isTerminalAt(STDERR)),
  };
}
