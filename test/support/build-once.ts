import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./paths.ts";

const PRODUCTS = ["cli.cjs", "worker.cjs", "index.js"].map((name) => join(PROJECT, "dist", name));

/** Global setup of Vitest for tests of the built command and library: builds if a source is newer than `dist/`. */
export default function buildOnce(): void {
  const sources = ["src", "scripts", "package.json"].map((name) => join(PROJECT, name));
  const built = PRODUCTS.every((path) => existsSync(path)) ? Math.min(...PRODUCTS.map(timeOf)) : 0;
  if (built > Math.max(...sources.map(newestIn))) return;
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: PROJECT, stdio: "inherit" });
}

function newestIn(path: string): number {
  if (!statSync(path).isDirectory()) return timeOf(path);
  return Math.max(timeOf(path), ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function timeOf(path: string): number {
  return statSync(path).mtimeMs;
}
