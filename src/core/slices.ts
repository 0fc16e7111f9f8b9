import { yieldToEventLoop } from "./yield-to-event-loop.ts";

/** Long work on the main thread that can be left and resumed wherever it yields. */
export type Sliced<T> = Generator<undefined, T>;

/** Milliseconds after which signals and other events are handled. */
const SLICE = 20;

/** Does all of the work at once. */
export function finish<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Does the work, and handles events meanwhile.
 *
 * @returns undefined if it was stopped.
 */
export async function finishInSlices<T>(
  work: Sliced<T>,
  stopped: () => boolean,
): Promise<T | undefined> {
  for (let began = performance.now(); ;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - began < SLICE) continue;
    await yieldToEventLoop();
    if (stopped()) {
      // Runs what is in `finally`.
      work.return(undefined as T);
      return undefined;
    }
    began = performance.now();
  }
}
