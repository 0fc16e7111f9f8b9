import type { Hooks } from "../core/events.ts";
import { isTerminal } from "../fs/is-terminal.ts";
import { renderWait } from "../render/messages.ts";
import { LINE_INTERVAL, type ProgressScreen, showProgress } from "../render/progress.ts";
import { type OutputStyleFlags, STDERR, decideOutputStyle } from "./output-style.ts";
import type { Output } from "./output.ts";
import { restoreV8, tuneV8 } from "./tune-v8.ts";

export type StopSignal = "SIGINT" | "SIGTERM";

/** A run that has ended. */
export interface HookedRun<Report> {
  readonly report: Report;
  /** Whether to use colours. */
  readonly color: boolean;
  /** The signal that stopped it. */
  readonly signal: StopSignal | undefined;
}

/**
 * Calls `work` with hooks that show progress on standard error, if wanted, and that stop the run at SIGINT or SIGTERM.
 */
export async function runWithHooks<Report>(
  flags: OutputStyleFlags,
  err: Output,
  work: (hooks: Hooks) => Promise<Report>,
): Promise<HookedRun<Report>> {
  const style = decideOutputStyle(flags, isTerminal, process.env);
  const signals = watchSignals();
  const progress = style.progress ? showProgress(screenOf(err)) : undefined;
  const reminder = setInterval(() => progress?.remind(), LINE_INTERVAL).unref();
  try {
    const report = await work({
      signal: signals.aborted,
      onManyCalls: tuneV8,
      onThreadsStarting: restoreV8,
      onThreadsReady: tuneV8,
      onEvent(event) {
        progress?.onEvent(event);
        if (event.type !== "wait" || progress !== undefined || flags.quiet) return;
        err.writeLines([renderWait(event)]);
        err.flush();
      },
    });
    return { report, color: style.color, signal: signals.caught() };
  } finally {
    clearInterval(reminder);
    progress?.stop();
    signals.stop();
  }
}

function screenOf(err: Output): ProgressScreen {
  return {
    isTerminal: isTerminal(STDERR),
    columns: process.stderr.columns || 80,
    write(text) {
      err.write(text);
      err.flush();
    },
    now: () => performance.now(),
  };
}

/** Aborts at the first SIGINT or SIGTERM. A second signal ends the process as usual. */
function watchSignals(): {
  readonly aborted: AbortSignal;
  readonly caught: () => StopSignal | undefined;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  let first: StopSignal | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    first = signal as StopSignal;
    controller.abort();
    stop();
  };
  const stop = (): void => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { aborted: controller.signal, caught: () => first, stop };
}
