import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import { type BytePath, fromText } from "../core/byte-path.ts";
import type { Event, Hooks } from "../core/events.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { disk } from "../fs/disk.ts";
import { maxThreads } from "../fs/open-limit.ts";
import { type FileCalls, nodeFileCalls, fastFileCalls } from "../fs/file-calls.ts";
import { type ThreadData, isLoading, makeGuard } from "./native-load-guard.ts";
import type { TaskAnswer, TaskMessage } from "./serve-tasks.ts";
import { type Task, ThreadState } from "./task.ts";

interface PoolWorker {
  readonly thread: Worker;
  readonly guard: Int32Array;
  /** Resolves when the thread has answered for the first time, or has ended. */
  readonly answered: Promise<void>;
  /** The thread has answered and takes tasks. */
  ready: boolean;
  /** The error that ended the thread. */
  defect: Error | undefined;
  /** The tasks that were sent and not answered, by message id. */
  readonly pending: Map<number, { resolve(value: never): void; reject(error: unknown): void }>;
}

/** A worker allocates much and keeps little: a small young generation (MiB) costs no time and saves some 20 MiB a thread. */
const LIMITS = { maxYoungGenerationSizeMb: 6 };
/** The entry of the worker threads, beside the bundle that holds this module. */
const ENTRY = "worker.cjs";
/** Tasks queued at each worker thread, so that it does not idle while the main thread runs a task itself. */
const TASKS_PER_WORKER = 2;

/** A task with its input, kept for threads that start later. */
interface Preparation {
  readonly name: string;
  readonly input: unknown;
}

/**
 * Runs tasks on the main thread as long as a tree is small; after `start`, `jobs - 1` worker threads take
 * part. The main thread goes on running tasks then, since a new thread first has to compile the code. The
 * number of tasks in flight is bounded, so that results do not pile up in memory.
 *
 * The pool knows no particular task: see `Task`.
 */
export class WorkerPool {
  readonly jobs: number;
  readonly #hooks: Hooks;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #main: ThreadState;
  readonly #limit;
  readonly #prepared: Preparation[] = [];
  #workers: PoolWorker[] = [];
  #nextId = 0;
  #missingEntry: BytePath | undefined;
  #mainIsBusy = false;
  /** There is enough work to pay for loading the native calls. */
  #isLarge = false;
  /** There is enough work to pay for threads. */
  #isStarted = false;
  #ended: Promise<void> | undefined;

  /** @param most Threads that share the work, the main thread included; fewer if few files may be open. */
  constructor(most: number, hooks: Hooks = {}) {
    const jobs = Math.min(most, maxThreads());
    this.jobs = jobs;
    const calls = (): FileCalls => (this.#isLarge ? fastFileCalls() : nodeFileCalls);
    this.#main = new ThreadState(this.#stop, calls, jobs);
    this.#limit = pLimit((jobs - 1) * TASKS_PER_WORKER + 1);
    this.#hooks = hooks;
    if (hooks.signal?.aborted) this.#requestStop();
    hooks.signal?.addEventListener("abort", this.#requestStop);
  }

  get started(): boolean {
    return this.#workers.length > 0;
  }

  get stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  /** Whether one more task would start at once. */
  get hasRoom(): boolean {
    return this.#limit.activeCount + this.#limit.pendingCount < this.#limit.concurrency;
  }

  /** The file that worker threads should have been started from, if it is missing; the main thread runs all tasks then. */
  get missingEntry(): BytePath | undefined {
    return this.#missingEntry;
  }

  emit(event: Event): void {
    this.#hooks.onEvent?.(event);
  }

  /** Whether a worker thread takes tasks; until then the main thread runs all of them. */
  get ready(): boolean {
    return this.#workers.some((worker) => worker.ready);
  }

  /** Called when there is enough work to pay for loading the native calls: has the main thread use them. */
  useNativeCalls(): void {
    if (this.#isLarge) return;
    this.#isLarge = true;
    this.#hooks.onManyCalls?.();
  }

  /**
   * Called when there is enough work to pay for threads, too: starts the worker threads, which are ready some 50 ms later.
   * Does nothing if it was called before.
   */
  start(): void {
    this.useNativeCalls();
    if (this.#isStarted) return;
    this.#isStarted = true;
    const entry = this.jobs < 2 ? undefined : threadEntry();
    if (typeof entry === "string") this.#missingEntry = entry;
    if (!(entry instanceof URL)) return;
    this.#hooks.onThreadsStarting?.();
    for (let i = 1; i < this.jobs; i += 1) {
      const worker = this.#spawn(entry);
      this.#workers.push(worker);
      for (const { name, input } of this.#prepared) this.#send(worker, name, input);
    }
  }

  /** Runs a task on every thread, and on those that start later before any other task. */
  async prepare<Input>(task: Task<Input, void>, input: Input): Promise<void> {
    this.#prepared.push({ name: task.name, input });
    for (const worker of this.#workers) this.#send(worker, task.name, input);
    await task.run(input, this.#main);
  }

  /** Runs a task on every thread that may have worked, after the tasks that it was given before. */
  broadcast<Input, Output>(task: Task<Input, Output>, input: Input): Promise<Output[]> {
    const ready = this.#workers.filter((worker) => worker.ready);
    return Promise.all([
      task.run(input, this.#main),
      ...ready.map((worker) => this.#post<Output>(worker, task.name, input)),
    ]);
  }

  /** Runs a task on the first thread that is free. */
  run<Input, Output>(task: Task<Input, Output>, input: Input): Promise<Output> {
    return this.#limit(async () => {
      for (;;) {
        const worker = this.#idleWorker();
        if (worker !== undefined) return this.#post<Output>(worker, task.name, input);
        const mayWork = !this.#mainIsBusy;
        this.#mainIsBusy = true;
        // Lets signals, timers and answers through, after which a worker may be idle.
        await yieldToEventLoop();
        if (mayWork) {
          try {
            if (this.#idleWorker() === undefined) return await task.run(input, this.#main);
          } finally {
            this.#mainIsBusy = false;
          }
        }
      }
    });
  }

  /** The worker thread with the fewest tasks, if it has room for one more. */
  #idleWorker(): PoolWorker | undefined {
    let found: PoolWorker | undefined;
    let fewest = TASKS_PER_WORKER;
    for (const worker of this.#workers) {
      if (worker.ready && worker.pending.size < fewest) {
        found = worker;
        fewest = worker.pending.size;
      }
    }
    return found;
  }

  /** Ends the worker threads in the background; no task may follow. */
  shutdown(): void {
    this.#ended ??= this.#end();
  }

  /** Ends the worker threads. Tasks that are still queued, as after an error, are dropped. */
  async close(): Promise<void> {
    this.#hooks.signal?.removeEventListener("abort", this.#requestStop);
    this.#limit.clearQueue();
    if (this.#limit.activeCount > 0) this.#requestStop();
    this.shutdown();
    await this.#ended;
  }

  async #end(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(
      workers.map(async ({ thread, guard, answered }) => {
        if (isLoading(guard)) await answered;
        await thread.terminate();
      }),
    );
  }

  #spawn(entry: URL): PoolWorker {
    const guard = makeGuard();
    const workerData: ThreadData = { stop: this.#stop, guard, threads: this.jobs };
    // Loading the module takes 2 ms, which a small tree does not pay.
    const threads = process.getBuiltinModule("node:worker_threads");
    const thread = new threads.Worker(entry, { workerData, resourceLimits: LIMITS });
    const answered = new Promise<void>((resolve) => {
      for (const event of ["message", "error", "exit"]) thread.once(event, () => resolve());
    });
    const pending: PoolWorker["pending"] = new Map();
    const worker: PoolWorker = {
      thread,
      guard,
      answered,
      pending,
      ready: false,
      defect: undefined,
    };
    thread.on("message", ({ id, result, error }: TaskAnswer) => {
      const waiting = worker.pending.get(id);
      worker.pending.delete(id);
      if (!worker.ready) this.#onReady(worker);
      if (error === undefined) waiting?.resolve(result as never);
      else waiting?.reject(error);
    });
    thread.on("error", (error) => {
      worker.defect = error;
      worker.ready = false;
      for (const waiting of worker.pending.values()) waiting.reject(error);
    });
    return worker;
  }

  #onReady(worker: PoolWorker): void {
    worker.ready = true;
    if (this.started && this.#workers.every(({ ready }) => ready)) this.#hooks.onThreadsReady?.();
  }

  /** Posts a task whose result nobody waits for. An error shows in the tasks after it. */
  #send(worker: PoolWorker, task: string, input: unknown): void {
    this.#post(worker, task, input).catch(() => undefined);
  }

  #post<Output>(worker: PoolWorker, task: string, input: unknown): Promise<Output> {
    const id = (this.#nextId += 1);
    if (worker.defect !== undefined) return Promise.reject(worker.defect);
    return new Promise((resolve, reject) => {
      worker.pending.set(id, { resolve, reject });
      const message: TaskMessage = { id, task, input };
      worker.thread.postMessage(message);
    });
  }

  readonly #requestStop = (): void => {
    Atomics.store(this.#stop, 0, 1);
  };
}

/** The file that a worker thread starts from, or its path where the file is missing: in a bundle of another program. */
function threadEntry(): URL | BytePath {
  // A bundler that makes CommonJS leaves no URL.
  if (!import.meta.url) return ENTRY;
  const entry = new URL(`./${ENTRY}`, import.meta.url);
  const path = fromText(fileURLToPath(entry));
  return disk.exists(path) ? entry : path;
}
