/** The entry of a worker thread. */
import { parentPort, workerData } from "node:worker_threads";
import { nodeFileCalls, quickFileCalls } from "../fs/file-calls.ts";
import { TaskRunner } from "./task-runner.ts";
import { type ThreadData, mayLoad } from "./native-load-guard.ts";
import type { Task } from "./tasks.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the entry of a worker thread");
const { stop, guard, threads } = workerData as ThreadData;
const calls = mayLoad(guard) ? quickFileCalls() : nodeFileCalls;
const runner = new TaskRunner(stop, () => calls, threads);

/** Tasks are done one after another, in the order in which they came. */
let last: Promise<unknown> = Promise.resolve();

port.on("message", ({ id, task }: { id: number; task: Task }) => {
  last = last
    .then(() => runner.run(task))
    .then(
      (result) => port.postMessage({ id, result }, buffersOf(result)),
      (error: unknown) => port.postMessage({ id, error }),
    );
});

port.postMessage({ id: 0 });

/** The memory of a result's columns: it is handed over, not copied. */
function buffersOf(result: object | undefined): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const columns = Object.values({ ...result, ...(result as { columns?: object })?.columns });
  for (const column of columns) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer)
      buffers.add(column.buffer);
  }
  return [...buffers];
}
