/**
 * Keeps a worker thread from being terminated while it loads a native library. Node would then end the whole
 * process: the library's first call into a thread that is gone cannot fail. Before and after loading,
 * termination is harmless.
 */

/** What a worker thread is given when it starts. */
export interface ThreadData {
  /** Its first element becomes 1 when the run is to stop. */
  readonly stop: Int32Array;
  /** Guards the loading of native code, see `makeGuard`. */
  readonly guard: Int32Array;
  /** Threads that share the work. */
  readonly threads: number;
}

const IDLE = 0;
const LOADING = 1;
const FORBIDDEN = 2;

/** The guard of one thread, in memory that it shares with the main thread. */
export function makeGuard(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Called by the thread before it loads: whether it may. */
export function mayLoad(guard: Int32Array): boolean {
  return Atomics.compareExchange(guard, 0, IDLE, LOADING) === IDLE;
}

/**
 * Called before the thread is terminated: whether it has begun to load, so that its first message must be
 * awaited. If it has not, it will not load from now on.
 */
export function isLoading(guard: Int32Array): boolean {
  return Atomics.compareExchange(guard, 0, IDLE, FORBIDDEN) === LOADING;
}
