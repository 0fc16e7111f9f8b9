import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Finds a program as a shell would.
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function findProgram(name) {
  const dirs = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return dirs
    .map((dir) => join(dir, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Runs a program synchronously.
 * @param {string} program
 * @param {string[]} parameters
 * @returns {{ ok: boolean, output: string }} whether it exited with 0, and its standard output and errors
 */
export function runSync(program, parameters) {
  const { status, stdout, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
  return { ok: status === 0, output: `${stdout ?? ""}${stderr ?? ""}`.trim() };
}

/**
 * Runs a program. Rejects with its error output if it fails, or when the signal aborts, which kills the program.
 * @param {string} program
 * @param {string[]} parameters
 * @param {{ cwd?: string, signal?: AbortSignal, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<void>}
 */
export function run(program, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            `${program} failed (${signal ?? `exit ${code}`}): ${errors.trim().slice(0, 500)}`,
          ),
        );
    });
  });
}

/**
 * Processes the items of a list, as many at a time as there are processors.
 * @template T
 * @param {T[]} list
 * @param {(item: T) => Promise<void>} work
 */
export async function inParallel(list, work) {
  const rest = list.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
