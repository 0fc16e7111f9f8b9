/** `bin/dedupe.js`: the check of Node's version, and compiled code that is kept between runs. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { CLI } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { NOBODY, dir, emptyDir, isRoot, makeTree } from "../support/tree.ts";

describe("the version of Node", () => {
  /** Runs `dedupe --version` in a Node that claims to be another version. */
  function runOn(version: string): { status: number | null; stdout: string; stderr: string } {
    const root = emptyDir();
    const versions = JSON.stringify({ ...process.versions, node: version });
    fs.writeFileSync(
      `${root}/claim.cjs`,
      `Object.defineProperty(process, "versions", { value: ${versions} });`,
    );
    const words = ["--require", `${root}/claim.cjs`, CLI, "--version"];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    return { status, stdout, stderr };
  }

  test.each(["12.22.12", "18.20.8", "20.18.3"])("%s is too old", (version) => {
    expect(runOn(version)).toEqual({
      status: 2,
      stdout: "",
      stderr: `dedupe: Node.js 20.19 or newer is required; this is ${version}\n`,
    });
  });

  test.each(["20.19.0", "22.0.0", "26.1.0"])("%s is new enough", (version) => {
    expect(runOn(version)).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  test("package.json requires the same", () => {
    expect(packageJson.engines.node).toBe(">=20.19");
  });
});

describe("compiled code", () => {
  const KEPT = `cli.cjs-${process.version}-${process.arch}`;

  /** Runs `dedupe --version` with its cache below `root`. */
  function version(root: string): void {
    const { code, stdout, stderr } = run(["--version"], { env: { XDG_CACHE_HOME: root } });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${packageJson.version}\n`,
      stderr: "",
    });
  }

  /** An inode number tells whether code was kept again. */
  const inodeOf = (path: string): bigint => fs.statSync(path, { bigint: true }).ino;

  test.each([
    { it: "XDG_CACHE_HOME", env: (root: string) => ({ XDG_CACHE_HOME: root }), at: "" },
    { it: "HOME", env: (root: string) => ({ HOME: root, XDG_CACHE_HOME: "" }), at: ".cache/" },
    {
      it: "HOME, where XDG_CACHE_HOME is relative",
      env: (root: string) => ({ HOME: root, XDG_CACHE_HOME: "caches" }),
      at: ".cache/",
    },
  ])("is kept below $it", ({ env, at }) => {
    const root = emptyDir();
    expect(run(["--version"], { cwd: root, env: env(root) }).code).toBe(0);
    const cache = `${root}/${at}dedupe-compile-cache`;
    expect(fs.readdirSync(cache)).toEqual([KEPT]);
    expect(fs.statSync(cache).mode & 0o777).toBe(0o700);
    expect(fs.statSync(`${cache}/${KEPT}`).mode & 0o777).toBe(0o600);
  });

  test("is kept in place of what killed runs have left", () => {
    const root = emptyDir();
    const cache = `${root}/dedupe-compile-cache`;
    fs.mkdirSync(cache, { mode: 0o700 });
    for (const [name, age] of [["1", 3600] as const, ["2", 0] as const]) {
      fs.writeFileSync(`${cache}/${KEPT}.${name}`, "");
      fs.utimesSync(`${cache}/${KEPT}.${name}`, 0, Date.now() / 1000 - age);
    }
    version(root);
    expect(fs.readdirSync(cache)).toEqual([KEPT, `${KEPT}.2`]);
  });

  test("is kept of other commands, too", () => {
    const root = emptyDir();
    expect(run(["unshare", "-n", "."], { cwd: root, env: { XDG_CACHE_HOME: root } }).code).toBe(0);
    expect(fs.readdirSync(`${root}/dedupe-compile-cache`)).toEqual([
      KEPT,
      KEPT.replace("cli", "unshare"),
    ]);
  });

  test("is kept of a run with changed V8 flags so that the next run can use it", () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`d${i % 4}/${i}.o`, "x"] as const),
    );
    const root = makeTree(files);
    const cache = emptyDir();
    const env = { XDG_CACHE_HOME: cache };
    for (let i = 0; i < 2; i += 1) expect(run(["-j1", root], { env }).code).toBe(0);
    const kept = `${cache}/dedupe-compile-cache/${KEPT}`;
    takeForLong(kept);
    const before = inodeOf(kept);
    expect(run(["-j1", root], { env }).code).toBe(0);
    expect(inodeOf(kept)).toBe(before);
  });

  /** Makes kept code look like that of a run of several seconds, which only code that cannot be used gives way to. */
  function takeForLong(kept: string): void {
    const bytes = fs.readFileSync(kept);
    const [owner] = bytes.toString("utf8", 0, 1024).split("\n", 1);
    bytes.fill(`${owner}\n9000000\n`.padEnd(1024), 0, 1024);
    fs.writeFileSync(kept, bytes);
  }

  describe("is used", () => {
    test.each([
      { it: "as it is", change: () => undefined, again: false },
      {
        it: "not if it is cut off",
        change: (kept: string) => fs.truncateSync(kept, 4096),
        again: true,
      },
      { it: "not if it is empty", change: (kept: string) => fs.truncateSync(kept, 0), again: true },
      {
        it: "not if another version of V8 has made it",
        change: (kept: string) => flip(kept, 1024 + 4),
        again: true,
      },
      {
        it: "not if it belongs to another file",
        change: (kept: string) => flip(kept, 5),
        again: true,
      },
      {
        it: "not if others can change the file",
        change: (kept: string) => fs.chmodSync(kept, 0o620),
        again: true,
      },
      {
        it: "not if it is a symbolic link",
        change: (kept: string) => {
          fs.renameSync(kept, `${kept}.moved`);
          fs.symlinkSync(`${kept}.moved`, kept);
        },
        again: true,
      },
    ])("$it", ({ change, again }) => {
      const root = emptyDir();
      version(root);
      const kept = `${root}/dedupe-compile-cache/${KEPT}`;
      takeForLong(kept);
      change(kept);
      const before = fs.lstatSync(kept, { bigint: true }).ino;
      version(root);
      expect(fs.lstatSync(kept, { bigint: true }).ino !== before).toBe(again);
      const after = inodeOf(kept);
      takeForLong(kept);
      version(root);
      expect(inodeOf(kept)).toBe(after);
    });

    function flip(file: string, at: number): void {
      const bytes = fs.readFileSync(file);
      bytes[at] ^= 0x10;
      fs.writeFileSync(file, bytes);
    }

    test("not in a directory that others can write to", () => {
      const root = makeTree({ "dedupe-compile-cache": dir({ mode: 0o775 }) });
      version(root);
      expect(fs.readdirSync(`${root}/dedupe-compile-cache`)).toEqual([]);
    });
  });

  test.skipIf(!isRoot)("is not kept in a directory of another user", () => {
    const root = emptyDir();
    fs.chownSync(root, NOBODY, NOBODY);
    expect(run(["--version"], { env: { HOME: root, XDG_CACHE_HOME: "" } }).code).toBe(0);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  test.skipIf(!isRoot)("is not needed: the directory cannot be reached", () => {
    const root = makeTree({ closed: dir({ mode: 0o700 }), "closed/home/file": "" });
    const env = { HOME: `${root}/closed/home`, XDG_CACHE_HOME: "" };
    expect(run(["--version"], { env, uid: NOBODY, gid: NOBODY })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test.each([
    { it: "a file is in the way", env: { XDG_CACHE_HOME: CLI } },
    { it: "the directory does not exist", env: { HOME: "/nonexistent", XDG_CACHE_HOME: "" } },
    { it: "no directory is known", env: { XDG_CACHE_HOME: "", HOME: "" } },
    { it: "the user wants none", env: { NODE_DISABLE_COMPILE_CACHE: "1" } },
    { it: "Node keeps some", env: { NODE_COMPILE_CACHE: "/nonexistent" } },
  ])("is not needed: $it", ({ env }) => {
    expect(run(["--version"], { env })).toMatchObject({ code: 0, stderr: "" });
  });
});
