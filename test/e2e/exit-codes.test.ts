import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { CLI } from "../support/paths.ts";
import { TRUST, runTrusting as run } from "../support/run.ts";
import { hasStrace, tracedBy, withFault } from "../support/strace.ts";
import { contents, everything, filesIn, linked } from "../support/snapshot.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const SAME = "the same bytes";
const COPIES: Spec = { "a.o": SAME, "b.o": SAME };
const NO_COPIES: Spec = { "a.o": "one", "b.o": "two" };

describe("exit codes of complete runs", () => {
  test.each([
    { it: "a report", args: [], tree: COPIES, code: 0 },
    { it: "a link", args: ["--hardlink"], tree: COPIES, code: 0 },
    { it: "a dry run", args: ["--hardlink", "-n"], tree: COPIES, code: 0 },
    { it: "--check with duplicates", args: ["--check"], tree: COPIES, code: 1 },
    { it: "--check --json with duplicates", args: ["--check", "--json"], tree: COPIES, code: 1 },
    { it: "--check without duplicates", args: ["--check"], tree: NO_COPIES, code: 0 },
    {
      it: "--check with duplicates that no action would replace",
      args: ["--check"],
      tree: { "a.a": SAME, "b.a": SAME },
      code: 0,
    },
    { it: "--version", args: ["--version"], tree: {}, code: 0 },
    { it: "--help", args: ["-h"], tree: {}, code: 0 },
    { it: "--list-kinds", args: ["--list-kinds"], tree: {}, code: 0 },
    { it: "--json-schema", args: ["--json-schema"], tree: {}, code: 0 },
  ])("$it: $code", ({ args, tree, code }) => {
    const root = makeTree(tree);
    const report = run([...args, root]);
    expect(report.stderr).toBe("");
    expect(report.code).toBe(code);
  });

  test("--check succeeds after --hardlink", () => {
    const root = makeTree(COPIES);
    run(["--hardlink", root]);
    expect(run(["--check", root])).toMatchObject({ code: 0, stderr: "" });
  });

  test.each([{ args: [] }, { args: ["--check"] }, { args: ["--hardlink", "--dry-run"] }])(
    "$args changes nothing",
    ({ args }) => {
      const root = makeTree({ ...COPIES, "sub/c.o": SAME });
      const before = everything(root);
      run([...args, root]);
      expect(everything(root)).toEqual(before);
    },
  );
});

describe("an interrupted run", () => {
  const manyCopies = (): Spec =>
    Object.fromEntries(
      Array.from({ length: 1200 }, (_, i) => [`${i % 20}/${i}.o`, `content ${i % 10}`]),
    );

  test.skipIf(!hasStrace).each([
    { signal: "SIGINT", code: 130 },
    { signal: "SIGTERM", code: 143 },
  ] as const)(
    "$signal: reports what was done, leaves every file complete, exits with $code",
    async ({ signal, code }) => {
      const root = makeTree(manyCopies());
      const before = contents(root);
      // Delays the system calls, so that the signal arrives while links are being made.
      const child = spawn(
        "strace",
        withFault("link,linkat", "delay_enter=2000", [...TRUST, "--hardlink", "--json", root]),
      );
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (data) => (stdout += data));
      child.stderr.on("data", (data) => (stderr += data));
      await untilLinked(root);
      process.kill(tracedBy(child.pid as number), signal);
      const [exit] = await once(child, "close");
      expect(stderr).toBe("");
      expect(exit).toBe(code);
      const report = JSON.parse(stdout);
      expect(report.interrupted).toBe(true);
      expect(report.totals.replaced).toBeGreaterThan(0);
      expect(report.totals.replaced).toBeLessThan(1190);
      expect(contents(root)).toEqual(before);
      const links = linked(root).reduce((sum, names) => sum + names.length - 1, 0);
      expect(links).toBe(report.totals.replaced);
      expect(filesIn(root).filter((name) => !name.endsWith(".o"))).toEqual([]);
      expect(run(["--hardlink", root]).code).toBe(0);
      expect(linked(root)).toHaveLength(10);
      expect(contents(root)).toEqual(before);
    },
  );
});

/** Waits for the first link of a run. */
async function untilLinked(root: string): Promise<void> {
  for (let i = 0; i < 3000; i += 1) {
    const made = fs
      .readdirSync(`${root}/1`)
      .some(
        (name) => (fs.lstatSync(`${root}/1/${name}`, { throwIfNoEntry: false })?.nlink ?? 1) > 1,
      );
    if (made) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("no link was made");
}

describe("an output that cannot be written", () => {
  test("a full disk is reported with exit code 3, after the files were linked", () => {
    const root = makeTree(COPIES);
    const full = fs.openSync("/dev/full", "w");
    const report = run(["--hardlink", root], { stdio: ["ignore", full, "pipe"] });
    fs.closeSync(full);
    expect(report.stderr).toMatch(
      /^dedupe: the report could not be written: no space left[^\n]*\n$/,
    );
    expect(report.code).toBe(3);
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
  });

  test("a reader that closes the pipe (| head -1) is not an error", () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.o`, SAME]));
    const root = makeTree(many);
    const command = `"${process.execPath}" "${CLI}" --writer "*=replace" --hardlink -v "${root}" | head -1; echo "code $\{PIPESTATUS[0]}"`;
    const done = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(done.stdout).toMatch(/^599 links made, [^\n]+\ncode 0\n$/);
    expect(linked(root)[0]).toHaveLength(600);
  });

  test.skipIf(!installed("python3"))("a slow reader of a non-blocking pipe gets everything", () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.o`, SAME]));
    const root = makeTree(many);
    const reader = `
import fcntl, os, subprocess, sys, time
there, here = os.pipe()
os.set_blocking(here, False)
fcntl.fcntl(here, fcntl.F_SETPIPE_SZ, 4096)
child = subprocess.Popen(sys.argv[1:], stdout=here)
os.close(here)
time.sleep(1)
text = open(there, "rb").read()
sys.stdout.write(f"{child.wait()} {text.count(b'replaced ')} {len(text)}")`;
    const done = spawnSync(
      "python3",
      ["-c", reader, process.execPath, CLI, ...TRUST, "--hardlink", "-v", root],
      { encoding: "utf8" },
    );
    const [code, lines, length] = done.stdout.split(" ").map(Number);
    expect([code, lines, done.stderr]).toEqual([0, 599, ""]);
    expect(length).toBeGreaterThan(4096);
  });

  test("closed descriptors are not a crash", () => {
    const root = makeTree(COPIES);
    const done = spawnSync("bash", [
      "-c",
      `"${process.execPath}" "${CLI}" --writer "*=replace" --hardlink "${root}" >&- 2>&-`,
    ]);
    expect(done.status).not.toBe(70);
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
  });
});
