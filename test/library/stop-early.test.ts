/** Stopping a run while its worker threads start. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { LIBRARY } from "../support/paths.ts";
import { makeTree } from "../support/tree.ts";

test("a run that is stopped while its threads start ends normally", () => {
  const root = makeTree(
    Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`d${i % 50}/${i}.o`, `${i}`])),
  );
  // Stops 0 to 59 ms after the walk, while the threads start, which takes about 50 ms.
  const script = `
    import { dedupe } from ${JSON.stringify(LIBRARY)};
    for (let i = 0; i < 120; i += 1) {
      const stop = new AbortController();
      const onEvent = (event) => {
        if (event.type !== "walk" || event.files < 1000) return;
        const end = performance.now() + (i % 60);
        while (performance.now() < end);
        stop.abort();
      };
      await dedupe({ paths: [${JSON.stringify(root)}], jobs: 4 }, { signal: stop.signal, onEvent });
    }
    console.log("done");`;
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  expect({ stdout, stderr, signal }).toEqual({ stdout: "done\n", stderr: "", signal: null });
}, 60_000);
