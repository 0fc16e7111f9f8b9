import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { installed } from "./installed.ts";
import { emptyDir } from "./tree.ts";

export const hasGcc = installed("gcc");

/** Compiles a C program and returns its path. */
export function compile(source: string): string {
  const dir = emptyDir();
  const program = path.join(dir, "program");
  fs.writeFileSync(`${program}.c`, source);
  execFileSync("gcc", ["-o", program, `${program}.c`]);
  return program;
}
