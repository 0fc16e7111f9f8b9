/** The built library, imported as programs do. */
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import * as library from "../../dist/index.js";
import type { Options } from "../../dist/index.js";
import { LIBRARY, PROJECT } from "../support/paths.ts";
import { everything, linked } from "../support/snapshot.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const { DedupeError, KINDS, dedupe, diff, diffNear, diffSuspicious, isUtf8, toText, unshare } =
  library;
const SAME = "the same bytes";
/** The files of these tests were written by no tool. */
const writers = ["*=replace"];
const TWO: Spec = { "a.o": SAME, "b.o": SAME };

describe("dedupe()", () => {
  test("reports by default, links on request", async () => {
    const root = makeTree(TWO);
    const before = everything(root);
    const report = await dedupe({ writers, paths: [root] });
    expect(report).toMatchObject({
      schema: 1,
      action: "none",
      interrupted: false,
      totals: { replaceable: 1, replaced: 0 },
    });
    expect(everything(root)).toEqual(before);
    const done = await dedupe({ writers, paths: [root], action: "hardlink" });
    expect(done.totals).toMatchObject({ replaced: 1 });
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
  });

  test("accepts paths as bytes and returns byte paths", async () => {
    const root = makeTree({ "\xff/a.o": SAME, "\xff/b.o": SAME });
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]);
    const report = await dedupe({ writers, paths: [path], action: "hardlink" });
    expect(report.totals.replaced).toBe(1);
    expect(report.sets[0].kept).toBe(`${root}/\xff/a.o`);
    expect(isUtf8(report.sets[0].kept)).toBe(false);
    expect(toText(report.sets[0].kept)).toBe(`${root}/\ufffd/a.o`);
  });

  test("simultaneous runs on different trees succeed", async () => {
    const roots = Array.from({ length: 8 }, () => makeTree(TWO));
    const reports = await Promise.all(
      roots.map((root) => dedupe({ writers, paths: [root], action: "hardlink" })),
    );
    for (const { totals } of reports) expect(totals.replaced).toBe(1);
  });

  test("simultaneous runs on one tree succeed", async () => {
    const root = makeTree(
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.o`, `${SAME} ${i % 3}`])),
    );
    const reports = await Promise.all(
      [1, 2, 3].map(() => dedupe({ writers, paths: [root], action: "hardlink", jobs: 1 })),
    );
    for (const report of reports) expect(report.problems).toEqual([]);
    await dedupe({ writers, paths: [root], action: "hardlink" });
    expect(linked(root).map((names) => names.length)).toEqual([100, 100, 100]);
  });
});

describe("diff(), diffNear() and diffSuspicious()", () => {
  test("compare trees and variants, and change nothing", async () => {
    const root = makeTree({
      "A/x.o": SAME,
      "B/x.o": "\0other",
      "t/O2/m.o": "\0a",
      "t/O3/m.o": "\0b",
    });
    const before = everything(root);
    const report = await diff({ paths: [`${root}/A`, `${root}/B`] });
    expect(report.totals).toMatchObject({ pairs: 1, different: 1 });
    expect(report.groups[0].pairs[0].path).toBe("x.o");
    const near = await diffNear({ paths: [`${root}/t`] });
    expect(near.totals).toMatchObject({ units: 1, near: 0 });
    const commands = "cc -DA -c x.c -o x.o\ncc -DB -c x.c -o x.o\n";
    const { suspicions } = await diffSuspicious({ paths: [root], commands });
    expect(suspicions).toMatchObject([{ object: "x.o", modules: [] }]);
    expect(everything(root)).toEqual(before);
  });

  test("accept paths as bytes, and refuse wrong options", async () => {
    const root = makeTree({ "\xff/a.o": SAME });
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]);
    expect((await diff({ paths: [path, path] })).totals.equal).toBe(1);
    await expect(diff({ paths: [root, root], action: "hardlink" } as never)).rejects.toThrow(
      "unknown option action",
    );
    await expect(diff(undefined as never)).rejects.toThrow("the options are not an object");
    await expect(diffSuspicious(undefined as never)).rejects.toThrow("are not an object");
    await expect(diffSuspicious({ paths: [root], dryRun: true } as never)).rejects.toThrow(
      "unknown option dryRun",
    );
    await expect(diffNear({ paths: [root], maps: ["a=b"] } as never)).rejects.toThrow(DedupeError);
  });
});

describe("onEvent", () => {
  test("reports every step, with numbers that grow up to the total", async () => {
    const root = makeTree(
      Object.fromEntries(
        Array.from({ length: 600 }, (_, i) => [`${i % 5}/${i}.o`, `content ${i % 10}`]),
      ),
    );
    const events: library.Event[] = [];
    await dedupe(
      { writers, paths: [root], action: "hardlink", jobs: 1 },
      { onEvent: (event) => events.push(event) },
    );
    const of = (type: string): library.Event[] => events.filter((event) => event.type === type);
    expect([...new Set(events.map(({ type }) => type))]).toEqual(["walk", "match", "replace"]);
    expect(of("walk").at(-1)).toMatchObject({ dirs: 6, files: 600 });
    expect(of("replace").at(-1)).toEqual({ type: "replace", done: 590, total: 590 });
    for (const type of ["match", "replace"]) {
      const done = of(type).map((event) => (event as { done: number }).done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      const { total } = of(type).at(-1) as { total: number };
      expect(done.at(-1)).toBeCloseTo(total, 3);
    }
  });
});

describe("signal", () => {
  test("aborted before the start: nothing is done, as reported", async () => {
    const root = makeTree(TWO);
    const before = everything(root);
    const report = await dedupe(
      { writers, paths: [root], action: "hardlink" },
      { signal: AbortSignal.abort() },
    );
    expect(report).toMatchObject({ interrupted: true, totals: { replaced: 0 } });
    expect(everything(root)).toEqual(before);
  });

  test.each(["walk", "match", "replace"] as const)(
    "aborted at the first event of %s: the links made so far are reported",
    async (step) => {
      const root = makeTree(
        Object.fromEntries(
          Array.from({ length: 800 }, (_, i) => [`${i % 7}/${i}.o`, `content ${i % 200}`]),
        ),
      );
      const controller = new AbortController();
      const report = await dedupe(
        { writers, paths: [root], action: "hardlink", jobs: 1 },
        { signal: controller.signal, onEvent: ({ type }) => type === step && controller.abort() },
      );
      expect(report.interrupted).toBe(true);
      const links = linked(root).reduce((sum, names) => sum + names.length - 1, 0);
      expect(report.totals.replaced).toBe(links);
      if (step === "replace") expect(links).toBeGreaterThan(0);
      expect(links).toBeLessThan(600);
    },
  );

  test("not aborted: the listener is removed", async () => {
    const { signal } = new AbortController();
    const removed: string[] = [];
    const remove = signal.removeEventListener.bind(signal);
    signal.removeEventListener = (type: string, ...rest: unknown[]): void => {
      removed.push(type);
      (remove as (...args: unknown[]) => void)(type, ...rest);
    };
    await dedupe({ paths: [makeTree(TWO)] }, { signal });
    expect(removed).toEqual(["abort"]);
  });
});

describe("invalid options throw a DedupeError", () => {
  test.each([
    { code: "missing-path", options: { paths: ["/nonexistent"] } },
    { code: "missing-path", options: { paths: ["/dev/null"] } },
    { code: "missing-path", options: { paths: ["/nonexistent/*"] } },
    { code: "missing-path", options: { paths: ["a\0b"] } },
    { code: "missing-path", options: { paths: [""] } },
    { code: "few-variants", options: { paths: ["."], variants: ["0"] } },
    { code: "few-variants", options: { paths: ["."], variants: ["0", "0"] } },
    { code: "bad-kind", options: { paths: ["."], kinds: ["nonsense"] } },
    { code: "bad-option", options: { paths: ["."], jobs: 0 } },
    { code: "bad-option", options: { paths: ["."], jobs: 1.5 } },
    { code: "bad-option", options: { paths: ["."], maxLinks: 1 } },
    { code: "bad-option", options: { paths: ["."], minSize: Number.NaN } },
    { code: "bad-option", options: { paths: ["."], minSize: -1 } },
    { code: "bad-option", options: { paths: ["."], maxSize: Number.NaN } },
    { code: "bad-option", options: { paths: ["."], action: "hardlinks" as "hardlink" } },
    { code: "bad-option", options: { paths: ["."], scope: "nowhere" as "tree" } },
    { code: "bad-option", options: { paths: ["."], mtime: "now" as "equal" } },
    { code: "no-path", options: {} as Options },
    { code: "bad-option", options: { paths: "x" as unknown as string[] } },
    { code: "bad-option", options: { paths: [new URL("file:///x") as unknown as string] } },
    { code: "bad-option", options: { paths: ["."], hardlink: true } as Options },
    { code: "bad-option", options: { paths: ["."], include: "*.o" as unknown as string[] } },
    { code: "bad-option", options: { paths: ["."], all: 1 as unknown as boolean } },
    { code: "bad-option", options: { paths: ["."], jobs: "2" as unknown as number } },
  ])("$code: $options", async ({ code, options }) => {
    const error: unknown = await dedupe({ ...options, dryRun: true }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DedupeError);
    expect(error).toMatchObject({
      name: "DedupeError",
      code,
      message: expect.stringMatching(/^[^\n]+$/),
    });
  });
});

test.each([undefined, null, "build", 1])("options that are no object: %s", async (options) => {
  await expect(dedupe(options as never)).rejects.toBeInstanceOf(DedupeError);
  await expect(unshare(options as never)).rejects.toBeInstanceOf(DedupeError);
});

test("an unknown option has a hint", async () => {
  const wrong = { paths: ["."], hardlink: true };
  await expect(dedupe(wrong)).rejects.toMatchObject({ hint: 'use action: "hardlink"' });
  await expect(unshare({ ...wrong, dryrun: true } as never)).rejects.toMatchObject({
    hint: expect.any(String),
  });
});

describe("bundled by another program, without the file of the worker threads", () => {
  test.each(["esm", "cjs"] as const)(
    "%s: one thread does the work, and a warning says so",
    async (format) => {
      const dir = makeTree(
        Object.fromEntries(
          Array.from({ length: 3000 }, (_, i) => [`t/d${i % 40}/${i}.o`, `${i % 300}`]),
        ),
      );
      const program = `
      import { dedupe } from ${JSON.stringify(LIBRARY)};
      dedupe({ writers: ["*=replace"], paths: [${JSON.stringify(`${dir}/t`)}], action: "hardlink", jobs: 2 }).then(
        ({ totals, warnings }) => process.stdout.write(JSON.stringify([totals.replaced, warnings.map(({ code }) => code)])),
      );`;
      const extension = format === "esm" ? "mjs" : "cjs";
      await build({
        stdin: { contents: program, resolveDir: dir },
        outfile: `${dir}/program.${extension}`,
        bundle: true,
        platform: "node",
        format,
        external: ["@koromix/*", "fast-glob", "picomatch"],
        nodePaths: [`${PROJECT}/node_modules`],
        logOverride: { "empty-import-meta": "silent" },
      });
      const { stdout, stderr } = spawnSync(process.execPath, [`${dir}/program.${extension}`], {
        encoding: "utf8",
      });
      expect([JSON.parse(stdout), stderr]).toEqual([[2700, ["no-threads"]], ""]);
    },
  );
});

test("KINDS lists the kinds", () => {
  expect(KINDS.map(({ name }) => name)).toContain("python-bytecode");
});
