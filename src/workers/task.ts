import type { FileCalls } from "../fs/file-calls.ts";

/**
 * Work that any thread of a pool can run: `pool.run(task, input)` calls `run` on the main thread, or has a
 * worker thread look the task up by its name and call it there.
 *
 * Input and output cross between threads by structured clone; memory that a typed array of the output
 * owns is transferred.
 */
export interface Task<Input, Output> {
  /** Unique among the tasks of a program. */
  readonly name: string;
  readonly run: (input: Input, thread: ThreadState) => Output | Promise<Output>;
}

/** A task of whatever input and output: an entry in the table of tasks. */
export type AnyTask = Task<never, unknown>;

export function defineTask<Input, Output>(
  name: string,
  run: Task<Input, Output>["run"],
): Task<Input, Output> {
  return { name, run };
}

/** Names a value that tasks keep on a thread for the tasks after them. */
export class ThreadSlot<Value> {
  /** Frees what the value holds (descriptors, buffers); undefined for a value that stays. */
  readonly release: ((value: Value) => void) | undefined;

  constructor(release?: (value: Value) => void) {
    this.release = release;
  }
}

/** What one thread of a pool offers to its tasks, and what they have left on it. */
export class ThreadState {
  /** Threads that share the work, this one included. */
  readonly threads: number;
  readonly #stop: Int32Array;
  readonly #fileCalls: () => FileCalls;
  readonly #values = new Map<ThreadSlot<never>, unknown>();

  /**
   * @param stop Shared by all threads; its first element becomes 1 when the run is to stop.
   * @param fileCalls The calls by which this thread reads files; they may change as a run grows.
   */
  constructor(stop: Int32Array, fileCalls: () => FileCalls, threads: number) {
    this.#stop = stop;
    this.#fileCalls = fileCalls;
    this.threads = threads;
  }

  /** Whether the run is to stop. A long task asks between two pieces of its work. */
  readonly stopped = (): boolean => Atomics.load(this.#stop, 0) !== 0;

  get fileCalls(): FileCalls {
    return this.#fileCalls();
  }

  set<Value>(slot: ThreadSlot<Value>, value: Value): void {
    this.#values.set(slot, value);
  }

  /** The value that an earlier task has set. */
  get<Value>(slot: ThreadSlot<Value>): Value {
    if (!this.#values.has(slot)) throw new Error("a task ran before the one that prepares for it");
    return this.#values.get(slot) as Value;
  }

  /** The value of a slot, made where the slot is empty. */
  getOrCreate<Value>(slot: ThreadSlot<Value>, create: () => Value): Value {
    if (!this.#values.has(slot)) this.#values.set(slot, create());
    return this.#values.get(slot) as Value;
  }

  /** Empties the slots whose values hold resources. */
  release(): void {
    for (const [slot, value] of this.#values) {
      if (slot.release === undefined) continue;
      slot.release(value as never);
      this.#values.delete(slot);
    }
  }
}

/** Frees the descriptors and buffers that a thread keeps between tasks. */
export const releaseResources = defineTask("releaseResources", (_: undefined, thread) => {
  thread.release();
});
