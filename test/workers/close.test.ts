import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { isLoading, makeGuard, mayLoad } from "../../src/workers/native-load-guard.ts";
import { LIBRARY } from "../support/paths.ts";
import { makeTree } from "../support/tree.ts";

describe("a thread's gate", () => {
  test("a thread that is to end does not load", () => {
    const guard = makeGuard();
    expect(isLoading(guard)).toBe(false);
    expect(mayLoad(guard)).toBe(false);
  });

  test("a thread that loads is waited for", () => {
    const guard = makeGuard();
    expect(mayLoad(guard)).toBe(true);
    expect(isLoading(guard)).toBe(true);
  });
});

test("a run that is stopped while its threads start ends as any other", () => {
  const root = makeTree(
    Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`d${i % 50}/${i}.o`, `${i}`])),
  );
  // Stopped at every moment of the threads' start, which takes some 50 ms.
  const script = `
    import { dedupe } from ${JSON.stringify(LIBRARY)};
    for (let i = 0; i < 120; i += 1) {
      const stop = new AbortController();
      const again = (event) => {
        if (event.type !== "walk" || event.files < 1000) return;
        const end = performance.now() + (i % 60);
        while (performance.now() < end);
        stop.abort();
      };
      await dedupe({ paths: [${JSON.stringify(root)}], jobs: 4 }, { signal: stop.signal, onEvent: again });
    }
    console.log("done");`;
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  expect({ stdout, stderr, signal }).toEqual({ stdout: "done\n", stderr: "", signal: null });
}, 60_000);
