/** @module-tag slow */
import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryDir, describeWhere, whyNot } from "./helpers.ts";

const run = promisify(execFile);
const here = import.meta.dirname;
const repository = `${here}/../..`;

/** Prints what a program beside the bundle gets, as one line of JSON. */
const ASK = `
  const calls = native();
  console.log(JSON.stringify({ errno: calls?.unlinkAt(calls.cwd, "missing").code, why: whyNoNative() }));
`;

/** Eight threads load at once, each working on its own files; four more are terminated meanwhile. */
const THREADS = `
  const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");
  const fs = require("node:fs");
  const { native } = require("./native.cjs");
  if (isMainThread) {
    const answers = [];
    let open = 8;
    for (let i = 0; i < 8; i++) {
      const worker = new Worker(__filename, { workerData: i });
      worker.on("message", (answer) => answers.push(answer));
      worker.on("error", (error) => { throw error; });
      worker.on("exit", () => { if (--open === 0) console.log(JSON.stringify(answers)); });
    }
    for (let i = 0; i < 4; i++) {
      const worker = new Worker(__filename, { workerData: -1 - i });
      setTimeout(() => worker.terminate(), 20 * i + 20);
    }
    native().unlinkAt(9999, "x");
  } else {
    const calls = native();
    const exchange = (x, y) => calls.exchangeAt(calls.cwd, x, calls.cwd, y);
    const [a, b] = [workerData + "-a", workerData + "-b"];
    fs.writeFileSync(a, "A");
    fs.writeFileSync(b, "B");
    const endless = workerData < 0;
    let right = true;
    for (let i = 0; endless || i < 2001; i++) {
      right &&= exchange(a, b) === undefined && exchange(a, "missing").code === "ENOENT" && calls.unlinkAt(9999, a).code === "EBADF";
    }
    const directory = calls.openDir(".");
    const file = calls.openFileAt(directory, a);
    right &&= fs.readFileSync(file, "utf8") === "B" && calls.close(file) === undefined && calls.close(directory) === undefined;
    parentPort.postMessage(right && fs.readFileSync(a, "utf8") === "B");
  }
`;

describe("loading", () => {
  const root = temporaryDir();
  const bare = temporaryDir();

  const bundle = async (dir: string) => {
    for (const format of ["esm", "cjs"] as const) {
      const extension = format === "esm" ? "mjs" : "cjs";
      await build({
        entryPoints: [`${repository}/src/native/native.ts`],
        outfile: `${dir}/native.${extension}`,
        bundle: true,
        platform: "node",
        format,
        external: ["@koromix/*"],
        logOverride: { "empty-import-meta": "silent" },
      });
    }
    writeFileSync(`${dir}/ask.mjs`, `import { native, whyNoNative } from "./native.mjs";${ASK}`);
    writeFileSync(
      `${dir}/ask.cjs`,
      `const { native, whyNoNative } = require("./native.cjs");${ASK}`,
    );
    writeFileSync(`${dir}/threads.cjs`, THREADS);
  };

  const ask = async (dir: string, program: string, env: Record<string, string> = {}) => {
    const { stdout, stderr } = await run(process.execPath, [program], {
      cwd: dir,
      env: { ...process.env, DEDUPE_NO_NATIVE: "", ...env },
    });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    await bundle(root);
    await bundle(bare);
    symlinkSync(`${repository}/node_modules`, `${root}/node_modules`);
  });

  describeWhere("with koffi", whyNot, () => {
    it.each(["ask.mjs", "ask.cjs"])("works bundled: %s", async (program) => {
      expect(await ask(root, program)).toEqual({ errno: "ENOENT" });
    });

    it("works in several threads that load at once, some of which are terminated", async () => {
      expect(await ask(root, "threads.cjs")).toEqual(Array(8).fill(true));
    });
  });

  it.each(["ask.mjs", "ask.cjs"])("is disabled by DEDUPE_NO_NATIVE=1: %s", async (program) => {
    expect(await ask(root, program, { DEDUPE_NO_NATIVE: "1" })).toEqual({
      why: "disabled by DEDUPE_NO_NATIVE=1",
    });
  });

  it.each(["ask.mjs", "ask.cjs"])("is undefined without koffi: %s", async (program) => {
    const answer = await ask(bare, program);
    expect(answer.errno).toBeUndefined();
    expect(answer.why).toMatch(/Cannot find module '@koromix\/koffi-|not available for/);
  });
});
