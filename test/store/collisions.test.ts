import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import { hashers } from "../../src/match/content-hash.ts";
import { entriesOf, newStore } from "../support/store.ts";
import { makeTree } from "../support/tree.ts";

const { sha256 } = hashers;
afterEach(() => {
  hashers.sha256 = sha256;
});

/** Every content has one digest. */
function forceCollisions(): void {
  hashers.sha256 = () => {
    const digest = (): string => "ab".repeat(32);
    const hash = { update: () => undefined, digest, end: digest, copy: () => hash };
    return Promise.resolve(() => hash);
  };
}

test("different contents with one digest stay apart, in the store and in the trees", async () => {
  forceCollisions();
  const store = newStore();
  const contents = ["one", "two", "three", "four"];
  const trees = [...contents, ...contents].map((content) => makeTree({ "x.o": content }));
  for (const tree of trees) {
    const report = await dedupe({
      paths: [tree],
      action: "hardlink",
      store,
      writers: ["*=replace"],
      remember: false,
      jobs: 1,
    });
    expect(report.problems).toEqual([]);
    expect(report.store?.evicted).toEqual([]);
  }
  trees.forEach((tree, i) => {
    expect(fs.readFileSync(path.join(tree, "x.o"), "utf8")).toBe(contents[i % 4]);
  });
  const stored = entriesOf(store).map((entry) => fs.readFileSync(entry, "utf8"));
  expect(stored.sort()).toEqual([...contents].sort());
  for (const entry of entriesOf(store)) expect(fs.statSync(entry).nlink).toBe(3);
});
