import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kindOfName, KINDS } from "../../src/artifacts/kinds.ts";
import { classifyFile, classifyDir } from "../../src/artifacts/variants.ts";

const LAYOUTS = new URL("../../fixtures/layouts/", import.meta.url);
const PATHS = 200_000;

/** Prints what classifying costs on this machine; no assertion about time, which depends on what else runs. */
test("classify 200,000 paths", () => {
  const tree = makeTree();
  const start = process.hrtime.bigint();
  const kinds = tree.map(({ names }) => names.map(kindOfName));
  const named = process.hrtime.bigint();
  const dirs = tree.map(({ dir }) => classifyDir(dir));
  const placed = process.hrtime.bigint();
  let artifacts = 0;
  tree.forEach(({ names }, i) =>
    names.forEach((name, j) => {
      const kind = kinds[i][j];
      if (kind >= KINDS.length) return;
      artifacts += classifyFile(dirs[i], name, kind).name === "" ? 0 : 1;
    }),
  );
  const end = process.hrtime.bigint();
  const each = (from: bigint, to: bigint, count: number): string =>
    `${Math.round(Number(to - from) / count)} ns`;
  console.log(
    `${PATHS} paths, cold: ${each(start, end, PATHS)} each ` +
      `(kind ${each(start, named, PATHS)} a name; ${tree.length} directories ${each(named, placed, tree.length)}; ` +
      `${artifacts} artifacts ${each(placed, end, artifacts)})`,
  );
  expect(artifacts).toBeGreaterThan(50_000);
});

/** The recorded layouts, again and again in other directories, as fresh strings such as a walk makes. */
function makeTree(): { dir: string; names: string[] }[] {
  const byDir = new Map<string, string[]>();
  for (const file of readdirSync(LAYOUTS)) {
    for (const path of readFileSync(new URL(file, LAYOUTS), "latin1").trim().split("\n")) {
      const slash = path.lastIndexOf("/");
      const dir = slash < 0 ? "" : path.slice(0, slash);
      byDir.set(dir, [...(byDir.get(dir) ?? []), path.slice(slash + 1)]);
    }
  }
  const tree = [];
  for (let copy = 0, made = 0; made < PATHS; copy++) {
    for (const [dir, names] of byDir) {
      const fresh = names
        .slice(0, PATHS - made)
        .map((name) => Buffer.from(name, "latin1").toString("latin1"));
      tree.push({ dir: `project-${copy}/${dir}`, names: fresh });
      made += fresh.length;
    }
  }
  return tree;
}
