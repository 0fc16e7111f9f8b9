import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { native } from "../../src/native/native.ts";
import { CLI } from "../support/paths.ts";
import { emptyDir } from "../support/tree.ts";
import { inspect, makeCopies } from "./many-copies.ts";

async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stderr: string }> {
  // Quiet: on a slow machine a run says that it waits.
  const child = spawn(process.execPath, [CLI, "--quiet", "--hardlink", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let stderr = "";
  child.stderr.on("data", (data) => (stderr += data));
  const [code] = await once(child, "close");
  return { code, stderr };
}

const NOTHING_WRONG = { code: 0, stderr: "" };
const ROUNDS = 2;
const HAS_CLAIMS = process.platform === "linux" && native() !== undefined;

/** Which directories each of the runs is given; "" is the whole tree. */
const CASES: readonly { readonly what: string; readonly runs: readonly (readonly string[])[] }[] = [
  { what: "two over one tree", runs: [[""], [""]] },
  { what: "four over one tree", runs: [[""], [""], [""], [""]] },
  { what: "one over a tree, one over its parts", runs: [[""], ["d1", "d2", "d3", "d4"]] },
  {
    what: "three that overlap, the whole last",
    runs: [["d1", "d2", "d3", "d4", "d5"], ["d4", "d5", "d6", "d7"], [""]],
  },
  {
    what: "the same roots in other orders, and the whole",
    runs: [["d9", "d2", "d40"], [""], ["d40", "d9", "d2"], ["d2", "d40", "d9"]],
  },
  { what: "roots within each other", runs: [["", "d7"], ["d7", ""], ["d7"]] },
  { what: "single files, and the whole", runs: [["d1/f1.o", "d2/f52.o", "d3"], [""]] },
  {
    what: "by a symbolic link, and the whole",
    runs: [["to-d3", "d4"], [""], ["to-all"]],
  },
];

describe.each(CASES)("runs at once: $what", ({ runs }) => {
  test.each([
    { method: "exchange", env: {}, waits: HAS_CLAIMS },
    { method: "exchange, beside each other", env: { DEDUPE_LOCKED: "1" }, waits: false },
    { method: "rename", env: { DEDUPE_NO_NATIVE: "1" }, waits: false },
  ])("by $method: all end well, with the result of one", async ({ env, waits }) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const copies = makeCopies(1500, 40 + round);
      const links = emptyDir();
      fs.symlinkSync(copies.root, path.join(links, "to-all"));
      fs.symlinkSync(path.join(copies.root, "d3"), path.join(links, "to-d3"));
      const at = (name: string): string =>
        path.join(name.startsWith("to-") ? links : copies.root, name);
      const jobs = ["--jobs", `${2 - (round % 2)}`];
      const done = await Promise.all(runs.map((dirs) => start([...jobs, ...dirs.map(at)], env)));
      expect(done).toEqual(runs.map(() => NOTHING_WRONG));
      expect(inspect(copies)).toMatchObject({ wrong: [], temporaries: 0 });
      // Runs that do not wait for each other may keep different files: one more settles it.
      if (!waits) expect(await start([copies.root], env)).toEqual(NOTHING_WRONG);
      expect(inspect(copies)).toEqual({ wrong: [], files: copies.contents, temporaries: 0 });
    }
  });
});
