import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { native } from "../../src/native/native.ts";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { emptyDir } from "../support/tree.ts";
import { inspect, makeCopies } from "./many-copies.ts";

async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stderr: string }> {
  // --quiet: no message about waiting for another run.
  const child = spawn(process.execPath, [CLI, ...TRUST, "--quiet", "--hardlink", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let stderr = "";
  child.stderr.on("data", (data) => (stderr += data));
  const [code] = await once(child, "close");
  return { code, stderr };
}

const SUCCESS = { code: 0, stderr: "" };
const ROUNDS = 2;
const HAS_LOCKS = process.platform === "linux" && native() !== undefined;

/** The paths given to each run; "" is the whole tree. */
const CASES: readonly { readonly what: string; readonly runs: readonly (readonly string[])[] }[] = [
  { what: "two on one tree", runs: [[""], [""]] },
  { what: "four on one tree", runs: [[""], [""], [""], [""]] },
  { what: "one on a tree, one on its subdirectories", runs: [[""], ["d1", "d2", "d3", "d4"]] },
  {
    what: "three that overlap, the last on the whole tree",
    runs: [["d1", "d2", "d3", "d4", "d5"], ["d4", "d5", "d6", "d7"], [""]],
  },
  {
    what: "the same roots in different orders, and the whole tree",
    runs: [["d9", "d2", "d40"], [""], ["d40", "d9", "d2"], ["d2", "d40", "d9"]],
  },
  { what: "nested roots", runs: [["", "d7"], ["d7", ""], ["d7"]] },
  { what: "single files, and the whole tree", runs: [["d1/f1.o", "d2/f52.o", "d3"], [""]] },
  {
    what: "through symbolic links, and the whole tree",
    runs: [["to-d3", "d4"], [""], ["to-all"]],
  },
];

describe.each(CASES)("simultaneous runs: $what", ({ runs }) => {
  test.each([
    { method: "exchange", env: {}, waits: HAS_LOCKS },
    { method: "exchange, without locks", env: { DEDUPE_LOCKED: "1" }, waits: false },
    { method: "rename", env: { DEDUPE_NO_NATIVE: "1" }, waits: false },
  ])("by $method: all succeed, with the result of a single run", async ({ env, waits }) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const copies = makeCopies(1500, 40 + round);
      const links = emptyDir();
      fs.symlinkSync(copies.root, path.join(links, "to-all"));
      fs.symlinkSync(path.join(copies.root, "d3"), path.join(links, "to-d3"));
      const at = (name: string): string =>
        path.join(name.startsWith("to-") ? links : copies.root, name);
      const jobs = ["--jobs", `${2 - (round % 2)}`];
      const done = await Promise.all(runs.map((dirs) => start([...jobs, ...dirs.map(at)], env)));
      expect(done).toEqual(runs.map(() => SUCCESS));
      expect(inspect(copies)).toMatchObject({ wrong: [], temporaries: 0 });
      // Runs that do not wait for each other may choose different keepers: one more run links these.
      if (!waits) expect(await start([copies.root], env)).toEqual(SUCCESS);
      expect(inspect(copies)).toEqual({ wrong: [], inodes: copies.contents, temporaries: 0 });
    }
  });
});
