import { expect, test } from "vitest";
import { WorkerPool } from "../../src/workers/worker-pool.ts";

test("a pool of one thread starts no other, but reports many calls once", async () => {
  const events: string[] = [];
  const pool = new WorkerPool(1, {
    onManyCalls: () => events.push("many calls"),
    onThreadsStarting: () => events.push("starting"),
    onThreadsReady: () => events.push("ready"),
  });
  expect(events).toEqual([]);
  pool.useNativeCalls();
  pool.useNativeCalls();
  pool.start();
  pool.start();
  expect(events).toEqual(["many calls"]);
  expect(pool.started).toBe(false);
  await pool.close();
});
