import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { newStore } from "../support/store.ts";
import { makeTree } from "../support/tree.ts";

const FILES = 1200;
const CONTENTS = 10;

test.each([32, 40, 64].flatMap((limit) => [1, 2, 8].map((jobs) => ({ limit, jobs }))))(
  "at most $limit open files, --jobs $jobs: everything is linked",
  ({ limit, jobs }) => {
    const root = makeTree(
      Object.fromEntries(
        Array.from({ length: FILES }, (_, i) => [
          `d${i % 40}/e${i % 4}/${i}.o`,
          `content ${i % CONTENTS}`,
        ]),
      ),
    );
    const command = `ulimit -n ${limit} && exec "$0" "$@"`;
    const args = [
      process.execPath,
      CLI,
      ...TRUST,
      "--hardlink",
      "--json",
      "--jobs",
      String(jobs),
      root,
    ];
    const done = spawnSync("sh", ["-c", command, ...args], { encoding: "utf8" });
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    const { totals } = JSON.parse(done.stdout);
    expect(totals).toMatchObject({ replaced: FILES - CONTENTS, failed: 0 });
  },
);

test.each([40, 64])("at most %i open files, with a store: everything is shared", (limit) => {
  const store = newStore();
  const files = Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [`d${i % 60}/${i}.o`, `content ${i} `.repeat(9)]),
  );
  for (const expected of [{ added: 600 }, { found: 600, replaced: 600, added: 0 }]) {
    const args = [CLI, ...TRUST, "--hardlink", "--json", "--store", store, makeTree(files)];
    const command = `ulimit -n ${limit} && exec "$0" "$@"`;
    const done = spawnSync("sh", ["-c", command, process.execPath, ...args], { encoding: "utf8" });
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(done.stdout).store).toMatchObject(expected);
  }
});
