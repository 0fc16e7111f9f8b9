import { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import type { Event, Listener } from "../events.ts";
import { nodeFileCalls } from "../fs/file-calls.ts";
import { Hand } from "./hand.ts";
import { type ThreadData, hasBegunToLoad, makeGate } from "./start-gate.ts";
import type { ResultOf, Task } from "./tasks.ts";

interface Member {
  readonly worker: Worker;
  readonly gate: Int32Array;
  /** Settled when it has answered once or ended. */
  readonly heard: Promise<void>;
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
/** Tasks that wait at each worker, so that none idles while the main thread is asked for more. */
const TASKS_PER_WORKER = 2;

/**
 * Who does the work: this thread as long as the tree is small, a fixed number of worker threads from
 * `start` on. The number of tasks in flight is bounded, so results do not pile up in memory.
 */
export class Crew {
  readonly jobs: number;
  readonly #listener: Listener | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #here = new Hand(this.#stop, nodeFileCalls);
  readonly #limit;
  readonly #prepared: Task[] = [];
  #members: Member[] = [];
  #nextId = 0;

  constructor(jobs: number, listener?: Listener, signal?: AbortSignal) {
    this.jobs = jobs;
    this.#limit = pLimit(jobs * TASKS_PER_WORKER);
    this.#listener = listener;
    this.#signal = signal;
    if (signal?.aborted) this.#tellToStop();
    signal?.addEventListener("abort", this.#tellToStop);
  }

  get started(): boolean {
    return this.#members.length > 0;
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

  /** Whether worker threads are up and take the tasks; until then they are done here. */
  get ready(): boolean {
    return this.#members.some((member) => member.ready);
  }

  /** Starts the worker threads. They are ready some 50 ms later; tasks may be given at once. */
  start(): void {
    if (this.started || this.jobs < 2) return;
    for (let i = 0; i < this.jobs; i += 1) {
      const member = this.#hire();
      this.#members.push(member);
      for (const task of this.#prepared) this.#give(member, task);
    }
  }

  /** Gives every thread, now and later, what the tasks after it need. */
  async prepare(task: Task): Promise<void> {
    this.#prepared.push(task);
    for (const member of this.#members) this.#give(member, task);
    await this.#here.perform(task);
  }

  /** Has one task done: on a worker thread where one is ready, else here. */
  perform<T extends Task>(task: T): Promise<ResultOf<T>> {
    return this.#limit(async () => {
      if (!this.ready) await breathe();
      const [first, ...others] = this.#members.filter((member) => member.ready);
      if (first === undefined) return this.#here.perform(task);
      return this.#post(
        others.reduce((a, b) => (b.pending.size < a.pending.size ? b : a), first),
        task,
      );
    });
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#tellToStop);
    await Promise.all(
      this.#members.map(async ({ worker, gate, heard }) => {
        if (hasBegunToLoad(gate)) await heard;
        await worker.terminate();
      }),
    );
    this.#members = [];
  }

  #hire(): Member {
    const entry = new URL("./worker.cjs", import.meta.url);
    const gate = makeGate();
    const workerData: ThreadData = { stop: this.#stop, gate };
    const worker = new Worker(entry, { workerData, resourceLimits: LIMITS });
    const heard = new Promise<void>((resolve) => {
      for (const event of ["message", "error", "exit"]) worker.once(event, () => resolve());
    });
    const pending: Member["pending"] = new Map();
    const member: Member = { worker, gate, heard, pending, ready: false, defect: undefined };
    worker.on("message", ({ id, result, error }) => {
      const waiting = member.pending.get(id);
      member.pending.delete(id);
      member.ready = true;
      if (error === undefined) waiting?.resolve(result as never);
      else waiting?.reject(error);
    });
    worker.on("error", (error) => {
      member.defect = error;
      member.ready = false;
      for (const waiting of member.pending.values()) waiting.reject(error);
    });
    return member;
  }

  /** A thread that ended takes nothing; who waits for one of its tasks is told. */
  #give(member: Member, task: Task): void {
    this.#post(member, task).catch(() => undefined);
  }

  #post<T extends Task>(member: Member, task: T): Promise<ResultOf<T>> {
    const id = (this.#nextId += 1);
    if (member.defect !== undefined) return Promise.reject(member.defect);
    return new Promise((resolve, reject) => {
      member.pending.set(id, { resolve, reject });
      member.worker.postMessage({ id, task });
    });
  }

  readonly #tellToStop = (): void => {
    Atomics.store(this.#stop, 0, 1);
  };
}

/** Lets signals and timers have their turn between two pieces of synchronous work. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
