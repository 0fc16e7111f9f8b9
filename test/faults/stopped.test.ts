import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { TRUST, runTrusting as run } from "../support/run.ts";
import { hasStrace, tracedBy, withFault } from "../support/strace.ts";
import { makeTree, symlink } from "../support/tree.ts";
import { type Copies, inspect, makeCopies } from "./many-copies.ts";

interface Ended {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the signal to the end. */
  readonly took: number;
  /** Whether the signal came before the run was at its end. */
  readonly wasRunning: boolean;
}

async function runAndStop(
  args: readonly string[],
  signal: NodeJS.Signals,
  after: number,
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...TRUST, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (texts.stdout += data));
  child.stderr.on("data", (data) => (texts.stderr += data));
  const ended = once(child, "close");
  await sleep(after);
  const wasRunning = child.exitCode === null;
  const at = performance.now();
  child.kill(signal);
  const [code, killedBy] = await ended;
  return { code, killedBy, ...texts, took: performance.now() - at, wasRunning };
}

/** Checks that one more run completes the work. */
function expectCompletes({ root, contents, ...copies }: Copies): void {
  const again = run(["--hardlink", root]);
  expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: "" });
  expect(inspect({ root, contents, ...copies })).toEqual({
    wrong: [],
    inodes: contents,
    temporaries: 0,
  });
}

/** When to stop, in milliseconds after the start: while the run walks, reads or replaces. */
const TIMES = [250, 400, 550, 800, 1200];
const STOPS = [
  { signal: "SIGINT", code: 130 },
  { signal: "SIGTERM", code: 143 },
] as const;

describe("a long run that gets a signal", () => {
  test.each([
    { what: "many sets, two threads", args: ["--jobs", "2"], contents: 1500 },
    { what: "many sets, one thread", args: ["--jobs", "1"], contents: 1500 },
    { what: "one set, two threads", args: ["--jobs", "2"], contents: 1 },
    { what: "one set, one thread", args: ["--jobs", "1"], contents: 1 },
  ])(
    "$what: stops before its end, reports what was done, leaves nothing behind",
    async ({ what, args, contents }) => {
      const copies = makeCopies(15_000, contents);
      let stopped = 0;
      let longest = 0;
      for (const [i, after] of TIMES.entries()) {
        const { signal, code } = STOPS[i % STOPS.length];
        const ended = await runAndStop(["--hardlink", ...args, copies.root], signal, after);
        expect(inspect(copies)).toMatchObject({ wrong: [], temporaries: 0 });
        if (ended.killedBy === signal) continue; // too early: Node was starting
        if (!ended.wasRunning || ended.code === 0) break;
        expect({ code: ended.code, killedBy: ended.killedBy, stderr: ended.stderr }).toEqual({
          code,
          killedBy: null,
          stderr: "",
        });
        expect(ended.stdout).toMatch(/^Interrupted: \d[\d,]* links? made/);
        longest = Math.max(longest, ended.took);
        stopped += 1;
      }
      console.log(`${what}: stopped ${stopped} times, after ${Math.round(longest)} ms at most`);
      expect(stopped).toBeGreaterThan(0);
      expectCompletes(copies);
    },
  );

  test("killed several times: the next run completes the work", async () => {
    const copies = makeCopies(15_000, 3000);
    let killed = 0;
    for (const after of [250, 300, 350, 400, 450, 500]) {
      const ended = await runAndStop(["--hardlink", "--jobs", "2", copies.root], "SIGKILL", after);
      if (ended.killedBy === "SIGKILL") killed += 1;
      expect(inspect(copies).wrong).toEqual([]);
    }
    console.log(`killed ${killed} times`);
    expect(killed).toBeGreaterThan(0);
    expectCompletes(copies);
  });
});

describe.skipIf(!hasStrace)("on a slow disk, one thread stops in the middle (needs strace)", () => {
  const FILES = 3000;
  const slow = { stat: "lstat,newfstatat,statx", read: "pread64,read" };

  test.each([
    { what: "one directory", calls: slow.stat, args: [] },
    { what: "behind a symbolic link", calls: slow.stat, args: ["-L"] },
    { what: "files of one size", calls: slow.read, args: [] },
  ])("$what", async ({ calls, args }) => {
    const root = makeTree({});
    for (let i = 0; i < FILES; i += 1) fs.writeFileSync(`${root}/${i}.o`, `${10_000 + i}`);
    const from = makeTree({ ...(args.length > 0 && { link: symlink(root) }) });
    const command = ["--json", "--progress", "--jobs", "1", ...args, args.length > 0 ? from : root];
    const child = spawn("strace", withFault(calls, "delay_enter=4000", command), {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let stdout = "";
    child.stdout.on("data", (data) => (stdout += data));
    const ended = once(child, "close");
    await sleep(calls === slow.stat ? 1500 : 3000);
    process.kill(tracedBy(child.pid as number), "SIGINT");
    const [code] = await ended;
    const { interrupted, totals } = JSON.parse(stdout);
    expect({ code, interrupted }).toEqual({ code: 130, interrupted: true });
    // Each file costs 4 ms, so a run that does not stop in between is at the end of its stage.
    if (calls === slow.stat) expect(totals.files).toBeLessThan(FILES);
    else expect(totals.bytesRead).toBeLessThan(5 * FILES);
  });
});

describe("a report that cannot be written", () => {
  test.each([
    { where: "stdout is full", out: "/dev/full", args: [], code: 3 },
    { where: "stdout is full, JSON", out: "/dev/full", args: ["--json"], code: 3 },
    {
      where: "the Markdown summary is full",
      out: undefined,
      args: ["--summary", "/dev/full"],
      code: 3,
    },
  ])("$where: the work is done anyway, exit code $code", ({ out, args, code }) => {
    const copies = makeCopies(300, 10);
    const descriptor = out === undefined ? ("pipe" as const) : fs.openSync(out, "w");
    const done = run(["--hardlink", ...args, copies.root], {
      stdio: ["ignore", descriptor, "pipe"],
    });
    expect(done.code).toBe(code);
    expect(done.stderr).toMatch(/no space left/);
    expect(done.stderr).not.toMatch(/\n {4}at /);
    expect(inspect(copies)).toEqual({ wrong: [], inodes: 10, temporaries: 0 });
  });

  test("a reader that closes the pipe early is not an error", async () => {
    const copies = makeCopies(2000, 10);
    const child = spawn(process.execPath, [CLI, ...TRUST, "--hardlink", "--json", copies.root], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += data));
    child.stdout.destroy();
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(inspect(copies)).toEqual({ wrong: [], inodes: 10, temporaries: 0 });
  });
});
