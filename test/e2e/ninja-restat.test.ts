/** A finished build of ninja is never told to finish, even if a rule with `restat` keeps an output that is older than its input. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { runTrustingJson } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";

const NINJA = `rule keep
  command = cp $in new && if cmp -s new $out; then rm new; else mv new $out; fi
  restat = 1
build x.o: keep x.c
`;

test.skipIf(!installed("ninja")).each([
  ["finished", true, "unless its rule in build.ninja has restat"],
  ["to be continued", false, "finish the build, then link"],
])("a build that is %s", (_, isFinished, words) => {
  const root = makeTree(
    Object.fromEntries(
      ["O2", "O3"].flatMap((dir) => [
        [`${dir}/build.ninja`, NINJA],
        [`${dir}/x.c`, "x"],
      ]),
    ),
  );
  const ninja = (dir: string): void => {
    execFileSync("ninja", ["-C", `${root}/${dir}`], { stdio: "ignore" });
  };
  const now = Date.now() / 1000;
  ["O2", "O3"].forEach((dir, i) => {
    ninja(dir);
    fs.utimesSync(`${root}/${dir}/x.o`, now - 90 + i, now - 90 + i);
    const changed = isFinished ? now - 60 : now + 60;
    fs.utimesSync(`${root}/${dir}/x.c`, changed, changed);
    if (isFinished) ninja(dir);
  });
  const { skipped } = runTrustingJson(["--hardlink", root]);
  for (const { detail } of skipped) expect(detail).toContain(words);
  expect(skipped).not.toEqual([]);
});
