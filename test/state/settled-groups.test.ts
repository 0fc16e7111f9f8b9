import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import { emptyDir } from "../support/tree.ts";

const NAMES = ["a.o", "b.o", "c.o", "d.o", "e.o"];
/** Contents of one size, so that all files are candidates. */
const content = (of: number): string => `\x7fELF content ${of}`;

/** The modification time of all files whose time a change keeps, in seconds. */
const TIME = 1_000_000_000;

/** What happens to a file between two runs. */
const change = fc.record({
  name: fc.constantFrom(...NAMES),
  of: fc.nat(2),
  how: fc.constantFrom("replace", "keep-time", "remove", "link", "chmod"),
});
type Change = Parameters<Parameters<typeof change.map>[0]>[0];

function carryOut(dir: string, { name, of, how }: Change): void {
  const path = `${dir}/${name}`;
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  const other = `${dir}/${NAMES[of]}`;
  if (how === "chmod" && stat !== undefined) fs.chmodSync(path, of === 0 ? 0o600 : 0o644);
  if (how !== "chmod") fs.rmSync(path, { force: true });
  if (how === "link" && other !== path && fs.existsSync(other)) fs.linkSync(other, path);
  if (how !== "replace" && how !== "keep-time") return;
  fs.writeFileSync(path, content(of));
  if (how === "keep-time") fs.utimesSync(path, TIME, TIME);
}

test("whatever changes between runs, none leaves a duplicate that a run without a state finds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { maxLength: 4 }), { minLength: 2, maxLength: 4 }),
      async (rounds) => {
        const root = emptyDir();
        const dir = `${root}/build`;
        fs.mkdirSync(dir);
        for (const [i, name] of NAMES.entries())
          carryOut(dir, { name, of: i % 3, how: "keep-time" });
        const options = { paths: [dir], writers: ["*=replace"], jobs: 1 };
        for (const changes of [[], ...rounds]) {
          for (const each of changes) carryOut(dir, each);
          await dedupe({ ...options, action: "hardlink", stateFile: `${root}/state` });
          const { totals, skipped } = await dedupe({ ...options, remember: false });
          const kept = skipped.filter(({ reason }) => reason !== "mode").length;
          const remembered = await dedupe({ ...options, stateFile: `${root}/state` });
          // A file that also has another mode would not be linked without the state, either.
          const others = new Set(skipped.map(({ path }) => path));
          const apart = remembered.skipped.filter(
            ({ path, reason }) =>
              ["rebuilt-before", "in-place-kind"].includes(reason) && !others.has(path),
          ).length;
          expect({ left: totals.replaceable - apart, kept }).toEqual({ left: 0, kept: 0 });
        }
      },
    ),
    { numRuns: 60 },
  );
});
