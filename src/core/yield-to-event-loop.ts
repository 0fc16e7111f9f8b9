/** Replacements between two yields: some 10 ms of work. */
export const YIELD_INTERVAL = 200;

/** Lets signals, timers and messages be handled between two pieces of synchronous work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
