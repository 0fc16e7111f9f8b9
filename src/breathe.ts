/** Replacements after which signals and timers have their turn: some 10 ms. */
export const BREATHE_AFTER = 200;

/** Lets signals, timers and messages have their turn between two pieces of synchronous work. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
