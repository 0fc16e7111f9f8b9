/** Replacements after which signals and timers have their turn: some 10 ms. */
export const YIELD_INTERVAL = 200;

/** Lets signals, timers and messages have their turn between two pieces of synchronous work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
