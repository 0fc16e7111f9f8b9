import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { native } from "../../src/native/native.ts";
import { CLI } from "../support/paths.ts";
import { TRUST, runTrusting as run } from "../support/run.ts";
import { NOBODY, emptyDir, isRoot } from "../support/tree.ts";
import { type Copies, inspect, makeCopies } from "./many-copies.ts";

const WAITS = /^dedupe: waiting for another dedupe that is working on (.*)\n$/;

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

interface Started {
  readonly child: ChildProcess;
  /** Resolved by the first output on standard error. */
  readonly reported: Promise<void>;
  readonly ended: Promise<{ code: number | null; killedBy: string | null; stderr: string }>;
}

function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [CLI, ...(args[0] === "unshare" ? [] : TRUST), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.add(child);
  let stderr = "";
  const reported = new Promise<void>((resolve) => {
    child.stderr.on("data", (data) => {
      stderr += data;
      resolve();
    });
  });
  const ended = once(child, "close").then(([code, killedBy]) => ({ code, killedBy, stderr }));
  return { child, reported, ended };
}

/** Starts a run and resolves when it has locked these directories. The run continues after `letGo`. */
async function startHolding(...roots: readonly string[]): Promise<Started & { letGo(): void }> {
  const dir = emptyDir();
  const [isHeld, mayGo] = ["held", "go"].map((name) => path.join(dir, name));
  const verify = `: > '${isHeld}'; until [ -e '${mayGo}' ] || [ ! -d '${dir}' ]; do sleep 0.02; done`;
  const started = start("--hardlink", "--verify", verify, ...roots);
  const letGo = (): void => fs.writeFileSync(mayGo, "");
  const lastResort = setTimeout(letGo, 60_000);
  while (!fs.existsSync(isHeld)) await new Promise((resolve) => setTimeout(resolve, 10));
  void started.ended.then(() => clearTimeout(lastResort));
  return { ...started, letGo };
}

const isInstalled = (command: string): boolean =>
  spawnSync(command, ["--version"]).error === undefined;
const LINKED = (copies: Copies) => ({ wrong: [], inodes: copies.contents, temporaries: 0 });
const ENDED = { code: 0, killedBy: null };

describe.skipIf(process.platform !== "linux" || native() === undefined)(
  "while a run holds locks",
  () => {
    test.each([
      { what: "on the tree", held: [""], waiting: [""] },
      { what: "below the tree", held: ["d3"], waiting: [""] },
      { what: "above the tree", held: [""], waiting: ["d4", "d3"] },
      { what: "on the other's first root", held: ["d5", "d3"], waiting: ["d3", "d4"] },
    ])(
      "$what, another one reports that, waits, and has the right result",
      async ({ held, waiting }) => {
        const copies = makeCopies(500, 5);
        const at = (name: string): string => path.join(copies.root, name);
        const first = await startHolding(...held.map(at));
        const second = start("--hardlink", ...waiting.map(at));
        await second.reported;
        first.letGo();
        expect(await first.ended).toEqual({ ...ENDED, stderr: "" });
        const { stderr, ...others } = await second.ended;
        expect(others).toEqual(ENDED);
        expect(WAITS.exec(stderr)?.[1]).toBe(
          at(waiting.includes("") ? "" : held.includes("") ? "" : "d3").replace(/\/$/, ""),
        );
        if ([...held, ...waiting].includes("")) expect(inspect(copies)).toEqual(LINKED(copies));
      },
    );

    test("unshare waits", async () => {
      const copies = makeCopies(500, 5);
      const first = await startHolding(copies.root);
      const second = start("unshare", copies.root);
      await second.reported;
      first.letGo();
      const { stderr, ...others } = await second.ended;
      expect(others).toEqual(ENDED);
      expect(stderr).toMatch(WAITS);
      expect(inspect(copies)).toEqual({ wrong: [], inodes: copies.names, temporaries: 0 });
    });

    test.each([
      { what: "kills the wait with SIGINT", signal: "SIGINT", code: 130 },
      { what: "kills the wait with SIGTERM", signal: "SIGTERM", code: 143 },
    ] as const)("a user $what, and nothing is changed", async ({ signal, code }) => {
      const copies = makeCopies(100, 5);
      const first = await startHolding(path.join(copies.root, "d3"));
      const second = start("--hardlink", copies.root);
      await second.reported;
      second.child.kill(signal);
      expect(await second.ended).toMatchObject({
        code,
        killedBy: null,
        stderr: expect.stringMatching(WAITS),
      });
      expect(inspect(copies)).toMatchObject({ wrong: [], inodes: copies.names });
      first.letGo();
      await first.ended;
    });

    test("and is killed, its locks end, though the command that it started still runs", async () => {
      const copies = makeCopies(100, 5);
      const first = await startHolding(copies.root);
      const second = start("--hardlink", copies.root);
      await second.reported;
      first.child.kill("SIGKILL");
      expect(await second.ended).toMatchObject(ENDED);
      expect(inspect(copies)).toEqual(LINKED(copies));
      first.letGo();
    });

    test.each([
      { what: "a run over a neighbour", args: ["--hardlink", "ROOT/d4"] },
      { what: "a run over a file beside it", args: ["--hardlink", "ROOT/d4/f4.o", "ROOT/d5/f5.o"] },
      { what: "a report", args: ["ROOT"] },
      { what: "a dry run", args: ["--hardlink", "-n", "ROOT"] },
      { what: "--check", args: ["--check", "-s", "1M", "ROOT"] },
      { what: "a dry run of unshare", args: ["unshare", "-n", "ROOT"] },
    ])("$what does not wait", async ({ args }) => {
      const copies = makeCopies(100, 5);
      const first = await startHolding(path.join(copies.root, "d3"));
      const done = run(args.map((each) => each.replace("ROOT", copies.root)));
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      first.letGo();
      await first.ended;
    });

    test("the command of --verify may run dedupe itself", () => {
      const { root, ...copies } = makeCopies(100, 5);
      const again = `'${process.execPath}' '${CLI}' --writer '*=replace' --quiet --hardlink '${root}/d3' '${root}/d4'`;
      const done = run(["--hardlink", "--verify", again, root]);
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      expect(inspect({ root, ...copies })).toEqual(LINKED({ root, ...copies }));
    });

    describe.skipIf(!isInstalled("flock"))("locks of flock(1) are independent", () => {
      test.each([
        { what: "held by the parent process", before: ["ROOT"], args: [] },
        { what: "held, but not inherited", before: ["--close", "ROOT"], args: [] },
        {
          what: "taken by the command of --verify",
          before: [],
          args: ["--verify", "flock -n 'ROOT' true"],
        },
      ])("$what", ({ before, args }) => {
        const copies = makeCopies(100, 5);
        const command = [
          ...(before.length > 0 ? ["flock", ...before] : []),
          process.execPath,
          CLI,
          ...TRUST,
          "--hardlink",
          ...args,
          "ROOT",
        ];
        const [program, ...others] = command.map((each) => each.replace("ROOT", copies.root));
        const done = spawnSync(program, others, { encoding: "utf8" });
        expect({ code: done.status, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
        expect(inspect(copies)).toEqual(LINKED(copies));
      });
    });

    test.skipIf(!isRoot)("a parent directory without read permission is skipped", () => {
      const above = emptyDir();
      fs.chmodSync(above, 0o711);
      const root = path.join(above, "tree");
      const copies = makeCopies(100, 5, root);
      spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, root]);
      const done = run(["--hardlink", root], { uid: NOBODY, gid: NOBODY });
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      expect(inspect(copies)).toEqual(LINKED(copies));
    });
  },
);
