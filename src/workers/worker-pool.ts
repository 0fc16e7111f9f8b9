import type { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import type { Event, Listener } from "../core/events.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { type FileCalls, nodeFileCalls, quickFileCalls } from "../fs/file-calls.ts";
import { TaskRunner } from "./task-runner.ts";
import { type ThreadData, isLoading, makeGuard } from "./native-load-guard.ts";
import type { ResultOf, Task } from "./tasks.ts";

interface PoolWorker {
  readonly thread: Worker;
  readonly guard: Int32Array;
  /** Settled when it has answered once or ended. */
  readonly answered: Promise<void>;
  /** It has answered once. */
  ready: boolean;
  /** What ended the thread, if anything did. */
  defect: Error | undefined;
  readonly pending: Map<number, { resolve(value: never): void; reject(error: unknown): void }>;
}

/**
 * A worker makes much garbage and keeps little: a small nursery (mebibytes) costs no time and saves some
 * 20 MiB a thread.
 */
const LIMITS = { maxYoungGenerationSizeMb: 6 };
/** Tasks that wait at each worker thread, so that none idles while this thread does a task of its own. */
const TASKS_PER_WORKER = 2;

/**
 * Who does the work: this thread as long as the tree is small, joined by `jobs - 1` worker threads from
 * `start` on. A thread has to be started and compiles all code anew, so this one takes its share. The
 * number of tasks in flight is bounded, so results do not pile up in memory.
 */
export class WorkerPool {
  readonly jobs: number;
  readonly #listener: Listener | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #mainRunner: TaskRunner;
  readonly #limit;
  readonly #prepared: Task[] = [];
  #workers: PoolWorker[] = [];
  #nextId = 0;
  #mainIsBusy = false;
  #dismissed: Promise<void> | undefined;

  constructor(jobs: number, listener?: Listener, signal?: AbortSignal) {
    this.jobs = jobs;
    const calls = (): FileCalls => (this.started ? quickFileCalls() : nodeFileCalls);
    this.#mainRunner = new TaskRunner(this.#stop, calls, jobs);
    this.#limit = pLimit((jobs - 1) * TASKS_PER_WORKER + 1);
    this.#listener = listener;
    this.#signal = signal;
    if (signal?.aborted) this.#requestStop();
    signal?.addEventListener("abort", this.#requestStop);
  }

  get started(): boolean {
    return this.#workers.length > 0;
  }

  get stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  /** Whether one more task would be begun at once. */
  get hasRoom(): boolean {
    return this.#limit.activeCount + this.#limit.pendingCount < this.#limit.concurrency;
  }

  emit(event: Event): void {
    this.#listener?.(event);
  }

  /** Whether worker threads are up and take tasks; until then all is done here. */
  get ready(): boolean {
    return this.#workers.some((worker) => worker.ready);
  }

  /** Starts the worker threads. They are ready some 50 ms later; tasks may be given at once. */
  start(): void {
    if (this.started || this.jobs < 2) return;
    for (let i = 1; i < this.jobs; i += 1) {
      const worker = this.#spawn();
      this.#workers.push(worker);
      for (const task of this.#prepared) this.#send(worker, task);
    }
  }

  /** Gives every thread, now and later, what the tasks after it need. */
  async prepare(task: Task): Promise<void> {
    this.#prepared.push(task);
    for (const worker of this.#workers) this.#send(worker, task);
    await this.#mainRunner.run(task);
  }

  /** Has every thread that may have worked do a task, after what it was given before. */
  broadcast<T extends Task>(task: T): Promise<ResultOf<T>[]> {
    const ready = this.#workers.filter((worker) => worker.ready);
    return Promise.all([
      this.#mainRunner.run(task),
      ...ready.map((worker) => this.#post(worker, task)),
    ]);
  }

  /** Has one task done, by the first thread that has time for it. */
  run<T extends Task>(task: T): Promise<ResultOf<T>> {
    return this.#limit(async () => {
      for (;;) {
        const worker = this.#idleWorker();
        if (worker !== undefined) return this.#post(worker, task);
        const mayWork = !this.#mainIsBusy;
        this.#mainIsBusy = true;
        // Signals, timers and answers have their turn; a worker thread may have time by then.
        await yieldToEventLoop();
        if (mayWork) {
          try {
            if (this.#idleWorker() === undefined) return await this.#mainRunner.run(task);
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

  /** No more tasks come: the worker threads end while this one goes on. */
  shutdown(): void {
    this.#dismissed ??= this.#end();
  }

  /** Ends what was started; tasks that are left, as an error ends the run, come to nothing. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#requestStop);
    this.#limit.clearQueue();
    if (this.#limit.activeCount > 0) this.#requestStop();
    this.shutdown();
    await this.#dismissed;
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

  #spawn(): PoolWorker {
    const entry = new URL("./worker.cjs", import.meta.url);
    const guard = makeGuard();
    const workerData: ThreadData = { stop: this.#stop, guard, threads: this.jobs };
    // Loaded here: a small tree needs no threads, and it takes 2 ms.
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
    thread.on("message", ({ id, result, error }) => {
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
    if (this.started && this.#workers.every(({ ready }) => ready)) this.emit({ type: "threads" });
  }

  /** A thread that ended takes nothing; who waits for one of its tasks is told. */
  #send(worker: PoolWorker, task: Task): void {
    this.#post(worker, task).catch(() => undefined);
  }

  #post<T extends Task>(worker: PoolWorker, task: T): Promise<ResultOf<T>> {
    const id = (this.#nextId += 1);
    if (worker.defect !== undefined) return Promise.reject(worker.defect);
    return new Promise((resolve, reject) => {
      worker.pending.set(id, { resolve, reject });
      worker.thread.postMessage({ id, task });
    });
  }

  readonly #requestStop = (): void => {
    Atomics.store(this.#stop, 0, 1);
  };
}
