import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { type DirCalls, dirCalls } from "../../src/fs/dir-calls.ts";
import { native } from "../../src/native/native.ts";
import { mostOpenEach } from "../../src/fs/open-limit.ts";
import { DirHandleCache } from "../../src/replace/dir-handle-cache.ts";
import { type Stages, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const DIRS = 8;
const hasDescriptors = process.platform === "linux" && native() !== undefined;

/** A root with so many directories in it, a file in each. */
function walkDirs(): Promise<Stages> {
  const names = Array.from({ length: DIRS }, (_, i) => `f${i}/x.o`);
  return runStages(makeTree(Object.fromEntries(names.map((name) => [name, "x"]))));
}

/** A descriptor that was closed may be another directory's by now: names would be replaced there. */
test.skipIf(!hasDescriptors)(
  "the two directories that were asked for last are held, whatever was before",
  async () => {
    const { tree } = await walkDirs();
    const { files } = tree;
    const openNow = (): number => fs.readdirSync("/proc/self/fd").length;
    const leadsTo = (held: unknown): bigint => fs.fstatSync(held as number, { bigint: true }).ino;
    const dir = fc.nat({ max: DIRS - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dir, dir), { maxLength: 60 }),
        fc.integer({ min: 2, max: 5 }),
        (pairs, room) => {
          const before = openNow();
          const dirs = new DirHandleCache(files, { threads: mostOpenEach(1, 1 / 2) / room });
          for (const [target, keeper] of pairs) {
            const held = [dirs.hold(target), dirs.hold(keeper)];
            expect(held.map(leadsTo)).toEqual(
              [target, keeper].map((each) => files.dirIdentity(each).inode),
            );
          }
          dirs.releaseAll();
          expect(openNow()).toBe(before);
        },
      ),
    );
  },
);

test.skipIf(!hasDescriptors)(
  "where no more files may be open, half of the directories make room",
  async () => {
    const { tree } = await walkDirs();
    const calls = dirCalls();
    let open = 0;
    const limited: DirCalls = {
      ...calls,
      openBelow(base, path) {
        if (open >= 6) return errno("EMFILE");
        open += 1;
        return calls.openBelow(base, path);
      },
      close(dir) {
        open -= 1;
        calls.close(dir);
      },
    };
    const dirs = new DirHandleCache(tree.files, { calls: limited });
    const held = Array.from({ length: DIRS }, (_, i) => {
      expect(typeof dirs.hold(i + 1)).toBe("number"); // the first one is the root
      return open;
    });
    expect(held).toEqual([1, 2, 3, 4, 5, 6, 3, 3]);
    dirs.releaseAll();
  },
);
