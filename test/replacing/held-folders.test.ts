import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FolderCalls, folderCalls } from "../../src/fs/folder-calls.ts";
import { native } from "../../src/fs/native/native.ts";
import { mostOpenEach } from "../../src/fs/open-limit.ts";
import { HeldFolders } from "../../src/replacing/held-folders.ts";
import { type Stages, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const FOLDERS = 8;
const hasDescriptors = process.platform === "linux" && native() !== undefined;

/** A root with so many folders in it, a file in each. */
function walkFolders(): Promise<Stages> {
  const names = Array.from({ length: FOLDERS }, (_, i) => `f${i}/x.o`);
  return runStages(makeTree(Object.fromEntries(names.map((name) => [name, "x"]))));
}

/** A descriptor that was closed may be another folder's by now: names would be replaced there. */
test.skipIf(!hasDescriptors)(
  "the two folders that were asked for last are held, whatever was before",
  async () => {
    const { tree } = await walkFolders();
    const { files } = tree;
    const openNow = (): number => fs.readdirSync("/proc/self/fd").length;
    const leadsTo = (held: unknown): bigint => fs.fstatSync(held as number, { bigint: true }).ino;
    const folder = fc.nat({ max: FOLDERS - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(folder, folder), { maxLength: 60 }),
        fc.integer({ min: 2, max: 5 }),
        (pairs, room) => {
          const before = openNow();
          const folders = new HeldFolders(files, { threads: mostOpenEach(1, 1 / 2) / room });
          for (const [target, keeper] of pairs) {
            const held = [folders.hold(target), folders.hold(keeper)];
            expect(held.map(leadsTo)).toEqual(
              [target, keeper].map((each) => files.folderIdentity(each).inode),
            );
          }
          folders.releaseAll();
          expect(openNow()).toBe(before);
        },
      ),
    );
  },
);

test.skipIf(!hasDescriptors)(
  "where no more files may be open, half of the folders make room",
  async () => {
    const { tree } = await walkFolders();
    const calls = folderCalls();
    let open = 0;
    const limited: FolderCalls = {
      ...calls,
      openBelow(base, path) {
        if (open >= 6) return { errno: "EMFILE" };
        open += 1;
        return calls.openBelow(base, path);
      },
      close(folder) {
        open -= 1;
        calls.close(folder);
      },
    };
    const folders = new HeldFolders(tree.files, { calls: limited });
    const held = Array.from({ length: FOLDERS }, (_, i) => {
      expect(typeof folders.hold(i + 1)).toBe("number"); // the first one is the root
      return open;
    });
    expect(held).toEqual([1, 2, 3, 4, 5, 6, 3, 3]);
    folders.releaseAll();
  },
);
