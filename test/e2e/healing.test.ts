import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { type Run, TRUST, runTrusting } from "../support/run.ts";
import { everything, linked, snapshot } from "../support/snapshot.ts";
import { hasStrace, withFault } from "../support/strace.ts";
import { type Spec, emptyDir, file, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");

/** The paths that a run reports as written through. */
function reported({ stderr }: Run): string[] {
  return [...stderr.matchAll(/^dedupe: (.*): written through a link/gm)].map(([, path]) => path);
}

describe("what is repaired", () => {
  let root = "";
  let cache = "";
  const dedupe = (...args: string[]): Run =>
    runTrusting(args, { cwd: root, env: { XDG_CACHE_HOME: cache } });
  const append = (path: string): void => fs.appendFileSync(`${root}/${path}`, "more");
  const make = (spec: Spec): void => {
    cache = emptyDir();
    root = makeTree(spec);
  };
  const mtime = (path: string): bigint => fs.lstatSync(`${root}/${path}`, { bigint: true }).mtimeNs;

  beforeEach(() => make({ "A/x.o": SAME, "B/x.o": SAME }));

  test.each<[string, string[][], string[][], string[][]]>([
    ["two roots, each later on its own", [["A", "B"]], [["A"], ["B"]], [["A/x.o"], ["B/x.o"]]],
    ["two roots, the other order", [["A", "B"]], [["B"], ["A"]], [["B/x.o"], ["A/x.o"]]],
    ["a tree, later in parts", [["."]], [["A"], ["B"]], [["A/x.o"], ["B/x.o"]]],
    ["parts, later the tree", [["A", "B"]], [["."]], [["./A/x.o", "./B/x.o"]]],
    ["roots through links", [["la", "lb"]], [["A", "B"]], [["A/x.o", "B/x.o"]]],
    ["later through links", [["A", "B"]], [["lb", "la"]], [["la/x.o", "lb/x.o"]]],
    ["a root and a part of it", [[".", "A"]], [["A"], ["."]], [["A/x.o"], ["./B/x.o"]]],
    ["single files", [["A/x.o", "B/x.o"]], [["B/x.o"], ["A/x.o"]], [["B/x.o"], ["A/x.o"]]],
  ])("%s", (_, first, later, found) => {
    for (const [name, target] of [
      ["la", "A"],
      ["lb", "B"],
    ])
      fs.symlinkSync(target, `${root}/${name}`);
    for (const paths of first) expect(dedupe("--hardlink", ...paths).code).toBe(0);
    expect(linked(root)).toEqual([["A/x.o", "B/x.o"]]);
    append("A/x.o");
    later.forEach((paths, i) => {
      const done = dedupe("--hardlink", ...paths);
      expect({ code: done.code, reported: reported(done) }).toEqual({
        code: 3,
        reported: found[i],
      });
    });
    expect([mtime("A/x.o"), mtime("B/x.o")]).toEqual([0n, 0n]);
    expect(linked(root)).toEqual([]);
    for (const paths of [...first, ...later])
      expect(dedupe("--hardlink", ...paths)).toMatchObject({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([]);
  });

  test.each<[string[], number]>([
    [[], 2],
    [["-k", "object"], 2],
    [["-i", "*.o"], 2],
    [["-x", "*.a"], 2],
    [["-s", "10"], 2],
    [["-S", "10"], 2],
    [["-a"], 2],
    [["--one-file-system"], 2],
    [["-x", "*.o"], 0],
    [["-i", "*.a"], 0],
    [["-k", "shared-library"], 0],
    [["-x", "A"], 1],
  ])("a file that was emptied, with %j: of %d paths", (options, count) => {
    expect(dedupe("--hardlink", ".").code).toBe(0);
    fs.truncateSync(`${root}/A/x.o`, 0);
    const done = dedupe("--hardlink", ...options, ".");
    expect({ code: done.code, count: reported(done).length }).toEqual({
      code: count > 0 ? 3 : 0,
      count,
    });
    expect(linked(root).length).toBe(count > 0 ? 0 : 1);
    expect(reported(dedupe("--hardlink", ".")).length).toBe(2 - count);
    expect([mtime("A/x.o"), mtime("B/x.o")]).toEqual([0n, 0n]);
  });

  test.each<{ it: string; change: () => void }>([
    {
      it: "a file that lost its other links before it was written to",
      change: () => {
        fs.rmSync(`${root}/B/x.o`);
        append("A/x.o");
      },
    },
    {
      it: "a file that was unshared, with an old state",
      change: () => {
        const state = `${cache}/dedupe/state`;
        const [name] = fs.readdirSync(state);
        const old = fs.readFileSync(`${state}/${name}`);
        dedupe("unshare", ".");
        append("A/x.o");
        append("B/x.o");
        fs.chmodSync(`${root}/A/x.o`, 0o755);
        fs.writeFileSync(`${state}/${name}`, old);
      },
    },
    {
      it: "files that were made again",
      change: () => {
        for (const name of ["A", "B"]) {
          fs.rmSync(`${root}/${name}/x.o`);
          fs.writeFileSync(`${root}/${name}/x.o`, "\x7fELF new content");
        }
      },
    },
    {
      it: "files that another tool has linked, in the place of ours",
      change: () => {
        for (const name of ["A", "B"]) fs.rmSync(`${root}/${name}/x.o`);
        fs.writeFileSync(`${root}/A/x.o`, "\x7fELF new content");
        fs.linkSync(`${root}/A/x.o`, `${root}/B/x.o`);
      },
    },
    {
      it: "a copy of the tree",
      change: () => {
        fs.renameSync(root, `${root}.old`);
        spawnSync("cp", ["-a", `${root}.old`, root]);
        append("A/x.o");
      },
    },
    {
      it: "a tree that was moved",
      change: () => {
        fs.renameSync(root, `${root}.moved`);
        root = `${root}.moved`;
        append("A/x.o");
      },
    },
    {
      it: "only the mode and the number of links changed",
      change: () => {
        fs.chmodSync(`${root}/A/x.o`, 0o444);
        fs.linkSync(`${root}/A/x.o`, `${root}/A/y.o`);
      },
    },
  ])("not $it", ({ change }) => {
    expect(dedupe("--hardlink", ".").code).toBe(0);
    change();
    const before = new Map(Array.from(snapshot(root), ([path, seen]) => [path, seen.mtime]));
    const done = dedupe("--hardlink", ".");
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    for (const [path, seen] of snapshot(root)) {
      expect(seen.mtime).not.toBe(0n);
      expect(seen.mtime <= (before.get(path) ?? 0n)).toBe(true);
    }
  });

  test("two runs at once on one root: what is linked is remembered", async () => {
    const args = [CLI, ...TRUST, "--hardlink", "."];
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    await Promise.all(
      [1, 2, 3].map(() =>
        once(spawn(process.execPath, args, { cwd: root, env, stdio: "ignore" }), "close"),
      ),
    );
    expect(linked(root)).toEqual([["A/x.o", "B/x.o"]]);
    append("A/x.o");
    expect(reported(dedupe("--check", "."))).toEqual(["./A/x.o", "./B/x.o"]);
  });

  test("two runs at once that repair: each path is dated once, and both say so or find it done", async () => {
    expect(dedupe("--hardlink", ".").code).toBe(0);
    append("A/x.o");
    const args = [CLI, ...TRUST, "--hardlink", "."];
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const codes = await Promise.all(
      [1, 2].map(async () => {
        const child = spawn(process.execPath, args, { cwd: root, env, stdio: "ignore" });
        const [code] = (await once(child, "close")) as [number];
        return code;
      }),
    );
    expect(codes.sort((a, b) => a - b)).toEqual([0, 3]);
    expect([mtime("A/x.o"), mtime("B/x.o")]).toEqual([0n, 0n]);
    expect(dedupe("--hardlink", ".")).toMatchObject({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([]);
  });

  test("-n says what would be done, and does nothing", () => {
    dedupe("--hardlink", ".");
    append("A/x.o");
    const before = [everything(root), everything(cache)];
    const done = dedupe("--hardlink", "-n", ".");
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/2 paths are still linked; dedupe --hardlink or dedupe unshare/);
    expect([everything(root), everything(cache)]).toEqual(before);
  });
});

/** The calls of a repair, of which each may be the last one. */
const CALLS = [
  "link,linkat",
  "rename,renameat,renameat2",
  "unlink,unlinkat",
  "utimensat",
  "fdatasync",
  "copy_file_range,ioctl",
];

describe.skipIf(!hasStrace)("a run that is killed while it repairs (needs strace)", () => {
  test.each(CALLS)("at any %s: the next run repairs the rest", (calls) => {
    for (let when = 1; when <= 10; when += 1) {
      const root = makeTree({ "build/a/x.o": SAME, "build/b/x.o": SAME, "build/c/x.o": SAME });
      const args = ["--hardlink", "--state", "state", "build"];
      expect(runTrusting(args, { cwd: root }).code).toBe(0);
      fs.appendFileSync(`${root}/build/a/x.o`, "more");
      const content = fs.readFileSync(`${root}/build/a/x.o`);
      const fault = withFault(calls, `signal=KILL:when=${when}`, [...TRUST, ...args]);
      const killed = spawnSync("strace", fault, { cwd: root, env: { PATH: process.env["PATH"] } });
      const done = runTrusting(args, { cwd: root });
      expect(done.code === 0 || done.code === 3).toBe(true);
      for (const name of ["a", "b", "c"]) {
        const path = `${root}/build/${name}/x.o`;
        expect(fs.readFileSync(path)).toEqual(content);
        expect(fs.lstatSync(path, { bigint: true })).toMatchObject({ mtimeNs: 0n, nlink: 1n });
      }
      expect(runTrusting(args, { cwd: root })).toMatchObject({ code: 0, stderr: "" });
      expect(linked(root)).toEqual([]);
      if (killed.signal === null && killed.status === 3) break;
    }
  });
});
