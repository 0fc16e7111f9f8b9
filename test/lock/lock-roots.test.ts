import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Event } from "../../src/core/events.ts";
import { native } from "../../src/native/native.ts";
import { type Options, resolveOptions } from "../../src/core/options.ts";
import { lockRoots } from "../../src/lock/lock-roots.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { makeTree } from "../support/tree.ts";

const FOREVER = { most: Number.POSITIVE_INFINITY, silent: 0 };
const AT_ONCE = { most: 0, silent: 0 };

const given: { release(): void }[] = [];
afterEach(() => {
  for (const one of given.splice(0)) one.release();
});

/** Claims; `waited` is settled when it says that it waits. */
function begin(
  roots: readonly string[],
  patience: typeof FOREVER = FOREVER,
  { signal, ...options }: Partial<Options> & { readonly signal?: AbortSignal } = {},
) {
  const events: Event[] = [];
  const settings = resolveOptions({ paths: roots, action: "hardlink", ...options });
  let tell: () => void;
  const waited = new Promise<void>((resolve) => (tell = resolve));
  const pool = new WorkerPool(1, {
    onEvent: (event) => (events.push(event), tell()),
    ...(signal === undefined ? {} : { signal }),
  });
  const done = lockRoots(settings, pool, signal, patience).then((claimed) => {
    given.push(claimed);
    return claimed;
  });
  return { done, waited, events };
}

describe.skipIf(process.platform !== "linux" || native() === undefined)("claim", () => {
  const root = makeTree({ "a/b/x.o": "x", "a/y.o": "y", "c/z.o": "z" });
  const at = (name: string): string => path.join(root, name);

  test("two runs below one directory do not wait for each other", async () => {
    const runs = [begin([at("a/b")]), begin([at("c")]), begin([at("a/y.o")])];
    await Promise.all(runs.map(({ done }) => done));
    expect(runs.flatMap(({ events }) => events)).toEqual([]);
  });

  test.each([
    { first: ["a"], second: ["a"], meet: "a" },
    { first: ["a/b"], second: [""], meet: "" },
    { first: [""], second: ["a/b"], meet: "" },
    { first: ["c", "a/b"], second: ["a"], meet: "a" },
    { first: ["a/y.o"], second: ["a/y.o"], meet: "a" },
    { first: ["a/y.o"], second: ["a"], meet: "a" },
  ])("$first, then $second: the second waits until the first is done", async (runs) => {
    const first = await begin(runs.first.map(at)).done;
    const second = begin(runs.second.map(at));
    await second.waited;
    expect(second.events).toEqual([
      { type: "wait", path: at(runs.meet).replace(/\/$/, ""), over: false },
    ]);
    first.release();
    await second.done;
    expect(second.events).toHaveLength(1);
    await expect(begin(runs.first.map(at), AT_ONCE).waited).resolves.toBeUndefined();
  });

  test("of several that wait one at a time comes in, and all do", async () => {
    let inside = 0;
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const claimed = await begin([at(i % 2 === 0 ? "" : "a")]).done;
        expect((inside += 1)).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        claimed.release();
      }),
    );
  });

  test("a signal ends the wait, and nothing is claimed then", async () => {
    const stop = new AbortController();
    const first = await begin([root]).done;
    const second = begin([at("a")], FOREVER, { signal: stop.signal });
    await second.waited;
    stop.abort();
    (await second.done).release();
    first.release();
    await begin([root], AT_ONCE).done;
  });

  test("one that never ends is worked beside in the end, and this is told", async () => {
    await begin([root]).done;
    const second = begin([at("a")], AT_ONCE);
    await second.done;
    expect(second.events).toEqual([{ type: "wait", path: root, over: true }]);
  });

  test.each([{ action: "none" }, { dryRun: true }] as const)(
    "what changes nothing neither waits nor is waited for: %o",
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
