/** Bugs after files were changed: the report of the changes is not lost. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import type { Options } from "../../src/commands/options.ts";
import { unshare } from "../../src/commands/unshare.ts";
import { DefectLog } from "../../src/core/defects.ts";
import { Verdict } from "../../src/core/model.ts";
import { apply } from "../../src/apply/apply.ts";
import { disk } from "../../src/fs/disk.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { linked } from "../support/snapshot.ts";
import { runStages } from "../support/stages.ts";
import { link, makeTree } from "../support/tree.ts";

const COPIES = { "a.o": "same", "b.o": "same" };
const fail = (): never => {
  throw new TypeError("injected");
};

afterEach(() => {
  vi.restoreAllMocks();
});

function options(root: string): Options {
  return { jobs: 1, paths: [root], action: "hardlink", writers: ["*=replace"] };
}

test("a warning cannot be determined", async () => {
  const root = makeTree(COPIES);
  const { exists } = disk;
  vi.spyOn(disk, "exists").mockImplementation((path) =>
    path.endsWith("/package.json") ? fail() : exists(path),
  );
  const report = await dedupe(options(root));
  expect(report.totals).toMatchObject({ replaced: 1, failed: 1 });
  expect(report.problems).toMatchObject([{ path: "warnings", code: "DEFECT" }]);
  expect(linked(root)).toEqual([["a.o", "b.o"]]);
});

describe("a listener throws", () => {
  test("at a link", async () => {
    const root = makeTree(COPIES);
    const report = await dedupe(options(root), {
      onEvent: ({ type }) => (type === "replace" ? fail() : undefined),
    });
    expect(report.totals).toMatchObject({ replaced: 1, failed: 1 });
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
  });

  test("at a copy", async () => {
    const root = makeTree({ "a.o": "same", "b.o": link("a.o") });
    const report = await unshare(
      { jobs: 1, paths: [root] },
      { onEvent: ({ type }) => (type === "replace" ? fail() : undefined) },
    );
    expect(report.totals).toMatchObject({ unshared: 1, failed: 1 });
    expect(linked(root)).toEqual([]);
  });

  test("before anything is changed", async () => {
    const root = makeTree(COPIES);
    const run = dedupe(options(root), { onEvent: fail });
    await expect(run).rejects.toThrow("injected");
    expect(linked(root)).toEqual([]);
  });
});

test("a thread ends: the paths of its task have failed, the others are linked", async () => {
  const names = Array.from({ length: 300 }, (_, i) => [`${i}a.o`, `${i}b.o`]).flat();
  const root = makeTree(Object.fromEntries(names.map((name) => [name, name.slice(0, -3)])));
  const { tree, plan } = await runStages(root, { action: "hardlink" });
  class Failing extends WorkerPool {
    #runs = 0;

    override async run<Input, Output>(
      ...[task, input]: Parameters<typeof WorkerPool.prototype.run<Input, Output>>
    ): Promise<Output> {
      this.#runs += 1;
      return this.#runs === 1 ? fail() : super.run(task, input);
    }
  }
  const defects = new DefectLog(true);
  const { verdicts } = await apply(tree.files, plan, new Failing(1), defects);
  const count = (verdict: number): number => verdicts.filter((each) => each === verdict).length;
  expect(defects.problems).toMatchObject([{ path: expect.stringMatching(/a\.o and \d+ others$/) }]);
  expect(count(Verdict.failed)).toBeGreaterThan(0);
  expect(count(Verdict.replaced)).toBe(linked(root).length);
  expect(count(Verdict.failed) + count(Verdict.replaced)).toBe(300);
});
