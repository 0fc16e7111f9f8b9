import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import type { DirCalls } from "../../src/fs/dir-calls.ts";
import { dirCalls } from "../../src/fs/native-dir-calls.ts";
import { native } from "../../src/native/native.ts";
import { maxOpenFiles } from "../../src/fs/open-limit.ts";
import { DirHandleCache } from "../../src/replace/dir-handle-cache.ts";
import { type Stages, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const DIRS = 8;
const hasDescriptors = process.platform === "linux" && native() !== undefined;

/** A root with `DIRS` directories, each with a file. */
function walkDirs(): Promise<Stages> {
  const names = Array.from({ length: DIRS }, (_, i) => `f${i}/x.o`);
  return runStages(makeTree(Object.fromEntries(names.map((name) => [name, "x"]))));
}

/** The number of a closed descriptor may belong to another directory, in which entries would be replaced then. */
test.skipIf(!hasDescriptors)(
  "the two directories that were requested last are open, whatever was requested before",
  async () => {
    const { tree } = await walkDirs();
    const { files } = tree;
    const openNow = (): number => fs.readdirSync("/proc/self/fd").length;
    const inodeOf = (handle: unknown): bigint =>
      fs.fstatSync(handle as number, { bigint: true }).ino;
    const dir = fc.nat({ max: DIRS - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dir, dir), { maxLength: 60 }),
        fc.integer({ min: 2, max: 5 }),
        (pairs, room) => {
          const before = openNow();
          const dirs = new DirHandleCache(files, { threads: maxOpenFiles(1, 1 / 2) / room });
          for (const [target, keeper] of pairs) {
            const handles = [dirs.open(target), dirs.open(keeper)];
            expect(handles.map(inodeOf)).toEqual(
              [target, keeper].map((each) => files.dirIdentity(each).inode),
            );
          }
          dirs.closeAll();
          expect(openNow()).toBe(before);
        },
      ),
    );
  },
);

test.skipIf(!hasDescriptors)(
  "at the limit of open files, half of the directories are closed",
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
    const openAfter = Array.from({ length: DIRS }, (_, i) => {
      expect(typeof dirs.open(i + 1)).toBe("number"); // the first one is the root
      return open;
    });
    expect(openAfter).toEqual([1, 2, 3, 4, 5, 6, 3, 3]);
    dirs.closeAll();
  },
);
