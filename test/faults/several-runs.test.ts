import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { inspect, makeCopies } from "./many-copies.ts";

async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [CLI, "--hardlink", ...args], {
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

/**
 * Which folders each of the runs is given; "" is the whole tree. Where trees only overlap, the runs differ
 * in what they keep, and may find the other's links where they looked for files: one more run settles it.
 */
describe.each([
  { what: "two over one tree", runs: [[""], [""]] },
  { what: "four over one tree", runs: [[""], [""], [""], [""]] },
  { what: "one over a tree, one over its parts", runs: [[""], ["d1", "d2", "d3", "d4"]] },
  {
    what: "three that overlap",
    runs: [["d1", "d2", "d3", "d4", "d5"], ["d4", "d5", "d6", "d7"], [""]],
  },
])("runs at once: $what", ({ runs }) => {
  const overlapping = runs.some((folders) => folders[0] !== "");

  test.each([
    { way: "exchange", env: {} },
    { way: "rename", env: { DEDUPE_NO_NATIVE: "1" } },
  ])("by $way: all end well, with the result of one", async ({ env }) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const copies = makeCopies(1500, 40 + round);
      const jobs = ["--jobs", `${2 - (round % 2)}`];
      const done = await Promise.all(
        runs.map((folders) =>
          start([...jobs, ...folders.map((folder) => path.join(copies.root, folder))], env),
        ),
      );
      expect(done).toEqual(runs.map(() => NOTHING_WRONG));
      expect(inspect(copies)).toMatchObject({ wrong: [], temporaries: 0 });
      if (overlapping) expect(await start([copies.root], env)).toEqual(NOTHING_WRONG);
      expect(inspect(copies)).toEqual({ wrong: [], files: copies.contents, temporaries: 0 });
    }
  });
});
