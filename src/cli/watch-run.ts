import type { Hooks } from "../core/events.ts";
import { isTerminal } from "../fs/is-terminal.ts";
import { showProgress } from "../render/progress.ts";
import { renderWait } from "../render/wait.ts";
import type { Output } from "./output.ts";
import { type StopSignal, watchSignals } from "./signals.ts";
import { tuneV8 } from "./tune-v8.ts";
import { type OutputStyle, type OutputStyleFlags, decideOutputStyle } from "./terminal.ts";

/** Runs something with progress on stderr where it is wanted, to be stopped by a signal. Without progress a wait is told all the same. */
export async function watchRun<T>(
  flags: OutputStyleFlags,
  err: Output,
  work: (hooks: Hooks) => Promise<T>,
): Promise<{
  readonly result: T;
  readonly style: OutputStyle;
  readonly signal: StopSignal | undefined;
}> {
  const style = decideOutputStyle(flags, isTerminal, process.env);
  const signals = watchSignals();
  const progress = style.progress ? await showProgress(process.stderr) : undefined;
  try {
    const result = await work({
      signal: signals.signal,
      onThreadsReady: tuneV8,
      onEvent(event) {
        progress?.onEvent(event);
        if (event.type !== "wait" || progress !== undefined || flags.quiet) return;
        err.write(`${renderWait(event)}\n`);
        err.flush();
      },
    });
    return { result, style, signal: signals.caught() };
  } finally {
    progress?.stop();
    signals.stop();
  }
}
