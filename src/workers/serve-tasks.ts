import { parentPort, workerData } from "node:worker_threads";
import { nodeFileCalls, fastFileCalls } from "../fs/file-calls.ts";
import { type ThreadData, mayLoad } from "./native-load-guard.ts";
import { type AnyTask, ThreadState } from "./task.ts";

/** What the pool sends to a worker thread. */
export interface TaskMessage {
  readonly id: number;
  /** Name of a task. */
  readonly task: string;
  readonly input: unknown;
}

/** What a worker thread answers. The first message of a thread has the id 0 and no result. */
export interface TaskAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Runs on a worker thread: executes the tasks that the pool sends, one after another, in their order. */
export function serveTasks(tasks: readonly AnyTask[]): void {
  const port = parentPort;
  if (port === null) throw new Error("tasks are served on worker threads only");
  const { stop, guard, threads } = workerData as ThreadData;
  const calls = mayLoad(guard) ? fastFileCalls() : nodeFileCalls;
  const thread = new ThreadState(stop, () => calls, threads);
  const run = async ({ task: name, input }: TaskMessage): Promise<unknown> => {
    const task = tasks.find((each) => each.name === name);
    if (task === undefined) throw new Error(`${name} is not in the table of tasks`);
    return task.run(input as never, thread);
  };
  const answer = (message: TaskAnswer): void =>
    port.postMessage(message, buffersOf(message.result));

  let last: Promise<unknown> = Promise.resolve();
  port.on("message", (message: TaskMessage) => {
    const { id } = message;
    last = last
      .then(() => run(message))
      .then(
        (result) => answer({ id, result }),
        (error: unknown) => answer({ id, error }),
      );
  });
  answer({ id: 0 });
}

/** The memory of a result's columns, which is transferred instead of copied. */
function buffersOf(result: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const columns = Object.values({
    ...(result as object | undefined),
    ...(result as { columns?: object } | undefined)?.columns,
  });
  for (const column of columns) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer)
      buffers.add(column.buffer);
  }
  return [...buffers];
}
