export type StopSignal = "SIGINT" | "SIGTERM";

interface SignalWatch {
  readonly signal: AbortSignal;
  /** Which signal came first, if any did. */
  caught(): StopSignal | undefined;
  stop(): void;
}

/** The first SIGINT or SIGTERM stops the work in good order; the second one ends the process as usual. */
export function watchSignals(): SignalWatch {
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
  return { signal: controller.signal, caught: () => first, stop };
}
