import { expect, test } from "vitest";
import { WorkerPool } from "../../src/workers/worker-pool.ts";

test("a pool of one thread is ready when it is started, and only then", async () => {
  let ready = 0;
  const pool = new WorkerPool(1, { onThreadsReady: () => (ready += 1) });
  expect(ready).toBe(0);
  pool.start();
  pool.start();
  expect(ready).toBe(1);
  expect(pool.started).toBe(false);
  await pool.close();
});
