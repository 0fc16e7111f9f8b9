/** Builds the same thing twice with real tools. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { type Spec, addToTree, emptyDir } from "./tree.ts";

/** Two builds, each a shell script that writes the file `out`. */
export interface TwoBuilds {
  readonly sources: Spec;
  readonly a: string;
  readonly b: string;
  /** The directories that they run in; one after the other if it is the same. */
  readonly dirs?: readonly [string, string];
}

/** The results of both builds. */
export function build({ sources, a, b, dirs = ["one", "two"] }: TwoBuilds): [Buffer, Buffer] {
  const root = emptyDir();
  const results = [a, b].map((script, i) => {
    const dir = join(root, dirs[i]);
    fs.rmSync(dir, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
    addToTree(dir, sources);
    execFileSync("sh", ["-euc", script], {
      cwd: dir,
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env["PATH"], HOME: root, LANG: "C", TZ: "UTC" },
    });
    return fs.readFileSync(join(dir, "out"));
  });
  return [results[0], results[1]];
}
