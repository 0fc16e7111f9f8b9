import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { Verdict } from "../../src/core/model.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { withFiles } from "../support/outside.ts";
import { linked } from "../support/snapshot.ts";
import { runStages, verdictsOf } from "../support/stages.ts";
import { at, dir, file, makeTree } from "../support/tree.ts";

describe("apply", () => {
  test("reports its progress, set by set", async () => {
    const names = Array.from({ length: 5 }, (_, i) => [`${i}a.o`, `${i}b.o`]).flat();
    const root = makeTree(Object.fromEntries(names.map((name) => [name, name[0].repeat(9)])));
    const events: unknown[] = [];
    const { tree, plan } = await runStages(root, { action: "hardlink" });
    const pool = new WorkerPool(1, { onEvent: (event) => events.push(event) });
    await apply(tree.files, plan, pool);
    expect(events).toEqual([{ type: "replace", done: 5, total: 5 }]);
    expect(linked(root)).toHaveLength(5);
  });

  test("links to a file that is not in the tree", async () => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    const store = makeTree({ entry: file("same", { mtime: at(-5) }) });
    const { tree, plan, pool } = await runStages(root, { action: "hardlink" });
    const files = withFiles(tree.files, [`${store}/entry`]);
    const entry = tree.files.count;
    const outcomes = await apply(
      files,
      {
        ...plan,
        keepers: Uint32Array.of(entry, entry),
        verdicts: Uint8Array.of(Verdict.replace, Verdict.replace),
      },
      pool,
    );
    expect([...outcomes.keepers]).toEqual([entry, entry]);
    expect([...outcomes.verdicts]).toEqual([Verdict.replaced, Verdict.replaced]);
    expect(fs.statSync(`${store}/entry`).nlink).toBe(3);
  });

  test("does nothing for a plan without links and clones", async () => {
    const root = makeTree({ "a.o": "same", "b.o": file("same", { mode: 0o600 }) });
    const { tree, plan, pool } = await runStages(root, { action: "hardlink" });
    const outcomes = await apply(tree.files, plan, pool);
    expect(outcomes.verdicts).toEqual(plan.verdicts);
    expect(linked(root)).toEqual([]);
  });

  test("restores the time of a directory, but not where another program has changed a file", async () => {
    const mtime = at(-1000);
    const root = makeTree({
      "a.o": "same",
      "d/b.o": "same",
      "e/c.o": "same",
      "e/d.o": "same",
      d: dir({ mtime }),
      e: dir({ mtime }),
    });
    const { tree, plan, pool } = await runStages(root, { action: "hardlink" });
    fs.writeFileSync(`${root}/e/c.o`, "SAME");
    await apply(tree.files, plan, pool);
    const timeOf = (name: string): bigint =>
      fs.statSync(`${root}/${name}`, { bigint: true }).mtimeNs;
    expect(mtime - timeOf("d")).toBeLessThan(2000n); // Node alone sets microseconds
    expect(timeOf("e")).toBeGreaterThan(mtime);
  });

  test("stops between two replacements", async () => {
    const root = makeTree({ "a.o": "same", "b.o": "same", "c.o": "same" });
    const abort = new AbortController();
    const { tree, plan } = await runStages(root, { action: "hardlink" });
    const pool = new WorkerPool(1, { signal: abort.signal });
    abort.abort();
    const outcomes = await apply(tree.files, plan, pool);
    expect(verdictsOf(root, tree.files, plan, outcomes)).toEqual({
      "a.o": "keep",
      "b.o": "pending",
      "c.o": "pending",
    });
    expect(outcomes.interrupted).toBe(true);
  });
});
