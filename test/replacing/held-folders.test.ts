import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { native } from "../../src/fs/native/native.ts";
import { mostOpenFiles } from "../../src/fs/open-limit.ts";
import { HeldFolders } from "../../src/replacing/held-folders.ts";
import { runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const FOLDERS = 8;

/** A descriptor that was closed may be another folder's by now: names would be replaced there. */
test.skipIf(process.platform !== "linux" || native() === undefined)(
  "the two folders that were asked for last are held, whatever was before",
  async () => {
    const root = makeTree(
      Object.fromEntries(Array.from({ length: FOLDERS }, (_, i) => [`f${i}/x.o`, "x"])),
    );
    const { tree } = await runStages(root);
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
          const folders = new HeldFolders(files, { threads: mostOpenFiles() / (2 * room) });
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
