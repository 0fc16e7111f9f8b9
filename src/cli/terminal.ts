/** What the streams are and what their reader wants of them. */
export interface Look {
  readonly color: boolean;
  readonly progress: boolean;
}

export interface LookFlags {
  readonly color?: boolean;
  readonly progress?: boolean;
  readonly quiet?: true;
  readonly json?: true;
}

/**
 * Colours and progress are for a person at a terminal. `--color` and `--progress` decide where they are
 * given; else `NO_COLOR` (https://no-color.org), `CI` and a dumb terminal turn them off.
 */
export function decideLook(
  flags: LookFlags,
  streams: { readonly stdoutIsTerminal: boolean; readonly stderrIsTerminal: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Look {
  const plain = Boolean(environment["CI"]) || environment["TERM"] === "dumb";
  const noColor = (environment["NO_COLOR"] ?? "") !== "";
  return {
    color: flags.color ?? (streams.stdoutIsTerminal && !noColor && !plain),
    progress: flags.progress ?? (streams.stderrIsTerminal && !plain && flags.quiet === undefined),
  };
}
