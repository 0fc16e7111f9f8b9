import type { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import type { Event, Listener } from "../events.ts";
import { breathe } from "../breathe.ts";
import { type FileCalls, nodeFileCalls, quickFileCalls } from "../fs/file-calls.ts";
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
/** Tasks that wait at each worker thread, so that none idles while this thread does a task of its own. */
const TASKS_PER_WORKER = 2;

/**
 * Who does the work: this thread as long as the tree is small, joined by `jobs - 1` worker threads from
 * `start` on. A thread has to be started and compiles all code anew, so this one takes its share. The
 * number of tasks in flight is bounded, so results do not pile up in memory.
 */
export class Crew {
  readonly jobs: number;
  readonly #listener: Listener | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #here: Hand;
  readonly #limit;
  readonly #prepared: Task[] = [];
  #members: Member[] = [];
  #nextId = 0;
  #busyHere = false;
  #dismissed: Promise<void> | undefined;

  constructor(jobs: number, listener?: Listener, signal?: AbortSignal) {
    this.jobs = jobs;
    const calls = (): FileCalls => (this.started ? quickFileCalls() : nodeFileCalls);
    this.#here = new Hand(this.#stop, calls, jobs);
    this.#limit = pLimit((jobs - 1) * TASKS_PER_WORKER + 1);
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

  /** Whether worker threads are up and take tasks; until then all is done here. */
  get ready(): boolean {
    return this.#members.some((member) => member.ready);
  }

  /** Starts the worker threads. They are ready some 50 ms later; tasks may be given at once. */
  start(): void {
    if (this.started || this.jobs < 2) return;
    for (let i = 1; i < this.jobs; i += 1) {
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

  /** Has every thread that may have worked do a task, after what it was given before. */
  everyone<T extends Task>(task: T): Promise<ResultOf<T>[]> {
    const ready = this.#members.filter((member) => member.ready);
    return Promise.all([
      this.#here.perform(task),
      ...ready.map((member) => this.#post(member, task)),
    ]);
  }

  /** Has one task done, by the first thread that has time for it. */
  perform<T extends Task>(task: T): Promise<ResultOf<T>> {
    return this.#limit(async () => {
      for (;;) {
        const member = this.#whoHasTime();
        if (member !== undefined) return this.#post(member, task);
        const mayWork = !this.#busyHere;
        this.#busyHere = true;
        // Signals, timers and answers have their turn; a worker thread may have time by then.
        await breathe();
        if (mayWork) {
          try {
            if (this.#whoHasTime() === undefined) return await this.#here.perform(task);
          } finally {
            this.#busyHere = false;
          }
        }
      }
    });
  }

  /** The worker thread with the fewest tasks, if it has room for one more. */
  #whoHasTime(): Member | undefined {
    let found: Member | undefined;
    let fewest = TASKS_PER_WORKER;
    for (const member of this.#members) {
      if (member.ready && member.pending.size < fewest) {
        found = member;
        fewest = member.pending.size;
      }
    }
    return found;
  }

  /** No more tasks come: the worker threads end while this one goes on. */
  dismiss(): void {
    this.#dismissed ??= this.#end();
  }

  /** Ends what was started; tasks that are left, as an error ends the run, come to nothing. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#tellToStop);
    this.#limit.clearQueue();
    if (this.#limit.activeCount > 0) this.#tellToStop();
    this.dismiss();
    await this.#dismissed;
  }

  async #end(): Promise<void> {
    const members = this.#members;
    this.#members = [];
    await Promise.all(
      members.map(async ({ worker, gate, heard }) => {
        if (hasBegunToLoad(gate)) await heard;
        await worker.terminate();
      }),
    );
  }

  #hire(): Member {
    const entry = new URL("./worker.cjs", import.meta.url);
    const gate = makeGate();
    const workerData: ThreadData = { stop: this.#stop, gate, threads: this.jobs };
    // Loaded here: a small tree needs no threads, and it takes 2 ms.
    const threads = process.getBuiltinModule("node:worker_threads");
    const worker = new threads.Worker(entry, { workerData, resourceLimits: LIMITS });
    const heard = new Promise<void>((resolve) => {
      for (const event of ["message", "error", "exit"]) worker.once(event, () => resolve());
    });
    const pending: Member["pending"] = new Map();
    const member: Member = { worker, gate, heard, pending, ready: false, defect: undefined };
    worker.on("message", ({ id, result, error }) => {
      const waiting = member.pending.get(id);
      member.pending.delete(id);
      if (!member.ready) this.#welcome(member);
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

  #welcome(member: Member): void {
    member.ready = true;
    if (this.started && this.#members.every(({ ready }) => ready)) this.emit({ type: "threads" });
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
