/** The descriptors of standard output and standard error. */
export const STDOUT = 1;
export const STDERR = 2;

/** How to write for the readers of standard output and standard error. */
export interface OutputStyle {
  readonly color: boolean;
  readonly progress: boolean;
}

export interface OutputStyleFlags {
  readonly color: boolean | undefined;
  readonly progress: boolean | undefined;
  readonly quiet: boolean;
}

/**
 * Decides on colours and progress. Without `--color` and `--progress`, they are used on a terminal, unless
 * `NO_COLOR` (https://no-color.org), `CI` or `TERM=dumb` turns them off.
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
    progress: flags.progress ?? (!plain && !flags.quiet && isTerminalAt(STDERR)),
  };
}
