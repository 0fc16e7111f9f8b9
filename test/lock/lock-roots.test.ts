import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Event } from "../../src/core/events.ts";
import { native } from "../../src/native/native.ts";
import { type Options, resolveOptions } from "../../src/commands/options.ts";
import { lockRoots } from "../../src/lock/lock-roots.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { makeTree } from "../support/tree.ts";

const FOREVER = { giveUp: Number.POSITIVE_INFINITY, report: 0 };
const AT_ONCE = { giveUp: 0, report: 0 };

const acquired: { release(): void }[] = [];
afterEach(() => {
  for (const locks of acquired.splice(0)) locks.release();
});

/** Starts to lock. `waited` resolves when it reports that it waits. */
function begin(
  roots: readonly string[],
  timeouts: typeof FOREVER = FOREVER,
  { signal, ...options }: Partial<Options> & { readonly signal?: AbortSignal } = {},
) {
  const events: Event[] = [];
  const settings = resolveOptions({ paths: roots, action: "hardlink", ...options });
  let report: () => void;
  const waited = new Promise<void>((resolve) => (report = resolve));
  const pool = new WorkerPool(1, {
    onEvent: (event) => (events.push(event), report()),
    ...(signal === undefined ? {} : { signal }),
  });
  const done = lockRoots(settings, pool, signal, timeouts).then((locks) => {
    acquired.push(locks);
    return locks;
  });
  return { done, waited, events };
}

describe.skipIf(process.platform !== "linux" || native() === undefined)("lockRoots", () => {
  const root = makeTree({ "a/b/x.o": "x", "a/y.o": "y", "c/z.o": "z" });
  const at = (name: string): string => path.join(root, name);

  test("two runs below one directory do not wait for each other", async () => {
    const runs = [begin([at("a/b")]), begin([at("c")]), begin([at("a/y.o")])];
    await Promise.all(runs.map(({ done }) => done));
    expect(runs.flatMap(({ events }) => events)).toEqual([]);
  });

  test.each([
    { first: ["a"], second: ["a"], conflict: "a" },
    { first: ["a/b"], second: [""], conflict: "" },
    { first: [""], second: ["a/b"], conflict: "" },
    { first: ["c", "a/b"], second: ["a"], conflict: "a" },
    { first: ["a/y.o"], second: ["a/y.o"], conflict: "a" },
    { first: ["a/y.o"], second: ["a"], conflict: "a" },
  ])("$first, then $second: the second waits until the first is done", async (runs) => {
    const first = await begin(runs.first.map(at)).done;
    const second = begin(runs.second.map(at));
    await second.waited;
    expect(second.events).toEqual([
      { type: "wait", path: at(runs.conflict).replace(/\/$/, ""), over: false },
    ]);
    first.release();
    await second.done;
    expect(second.events).toHaveLength(1);
    await expect(begin(runs.first.map(at), AT_ONCE).waited).resolves.toBeUndefined();
  });

  test("of several waiting runs, one at a time gets the locks, and all do", async () => {
    let inside = 0;
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const locks = await begin([at(i % 2 === 0 ? "" : "a")]).done;
        expect((inside += 1)).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        locks.release();
      }),
    );
  });

  test("a signal ends the wait, and nothing is locked", async () => {
    const stop = new AbortController();
    const first = await begin([root]).done;
    const second = begin([at("a")], FOREVER, { signal: stop.signal });
    await second.waited;
    stop.abort();
    (await second.done).release();
    first.release();
    await begin([root], AT_ONCE).done;
  });

  test("after the timeout, a run reports that and continues without locks", async () => {
    await begin([root]).done;
    const second = begin([at("a")], AT_ONCE);
    await second.done;
    expect(second.events).toEqual([{ type: "wait", path: root, over: true }]);
  });

  test.each([{ action: "none" }, { dryRun: true }] as const)(
    "a run that changes nothing neither waits nor makes others wait: %o",
    async (options) => {
      const { done, events } = begin([root], FOREVER, options);
      await done;
      const other = begin([root], AT_ONCE);
      await other.done;
      await begin([root], FOREVER, options).done;
      expect([...events, ...other.events]).toEqual([]);
    },
  );
});
