/** `bin/dedupe.js`: the check of Node's version, and compiled code that Node keeps between runs. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import module from "node:module";
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
  const kept = "enableCompileCache" in module;

  test.skipIf(!kept).each([
    { it: "XDG_CACHE_HOME", env: (root: string) => ({ XDG_CACHE_HOME: root }), at: "" },
    { it: "HOME", env: (root: string) => ({ HOME: root }), at: ".cache/" },
    {
      it: "HOME, where XDG_CACHE_HOME is relative",
      env: (root: string) => ({ HOME: root, XDG_CACHE_HOME: "caches" }),
      at: ".cache/",
    },
  ])("is kept below $it", ({ env, at }) => {
    const root = emptyDir();
    expect(run(["--version"], { cwd: root, env: env(root) }).code).toBe(0);
    expect(fs.readdirSync(`${root}/${at}dedupe-compile-cache`)).toHaveLength(1);
  });

  test.skipIf(!kept || !isRoot)("is not kept in a directory of another user", () => {
    const root = emptyDir();
    fs.chownSync(root, NOBODY, NOBODY);
    expect(run(["--version"], { env: { HOME: root } }).code).toBe(0);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  test.skipIf(!isRoot)("is not needed: the directory cannot be reached", () => {
    const root = makeTree({ closed: dir({ mode: 0o700 }), "closed/home/file": "" });
    const env = { HOME: `${root}/closed/home` };
    expect(run(["--version"], { env, uid: NOBODY, gid: NOBODY })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test.each([
    { it: "a file is in the way", env: { XDG_CACHE_HOME: CLI } },
    { it: "the directory does not exist", env: { HOME: "/nonexistent" } },
    { it: "no directory is known", env: { XDG_CACHE_HOME: "", HOME: "" } },
    { it: "Node keeps none", env: { NODE_DISABLE_COMPILE_CACHE: "1" } },
  ])("is not needed: $it", ({ env }) => {
    expect(run(["--version"], { env })).toMatchObject({ code: 0, stderr: "" });
  });
});
