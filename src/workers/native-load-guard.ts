/**
 * Keeps a thread from being ended while it loads a native library: Node then ends the whole process, because
 * the library's first call into a thread that is gone cannot fail. Before and after that, ending it is harmless.
 */

/** What a worker thread is given when it starts. */
export interface ThreadData {
  /** Its first element turns 1 when the run is told to stop. */
  readonly stop: Int32Array;
  readonly guard: Int32Array;
  /** How many threads share the work. */
  readonly threads: number;
}

const OPEN = 0;
const LOADING = 1;
const CLOSED = 2;

/** The gate of one thread, in memory that both sides share. */
export function makeGuard(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Asked by the thread before it loads. */
export function mayLoad(guard: Int32Array): boolean {
  return Atomics.compareExchange(guard, 0, OPEN, LOADING) === OPEN;
}

/** Asked before the thread is ended: whether it has begun to load, so that its first word is to be awaited. */
export function isLoading(guard: Int32Array): boolean {
  return Atomics.compareExchange(guard, 0, OPEN, CLOSED) === LOADING;
}
