/** A content store on a file system that is full. Needs root. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Run, TRUST, run } from "../support/run.ts";
import { type StoreJson, entriesOf, storeCommand } from "../support/store.ts";
import { type Volume, imageVolume } from "./volumes.ts";

const ENOSPC = /no space left on the file system/;

/**
 * Trees of programs. Their names are so long that some hundred entries fill the first block of every directory of a
 * store, and with `--reflink` each needs blocks that clones can share.
 */
const SIZES = {
  "--hardlink": { files: 1500, bytes: 10 },
  "--reflink": { files: 300, bytes: 9000 },
};
const nameOf = (i: number): string => `${String(i).padStart(150, "0")}.so`;

/** Fills a file system up to the last byte that can be written. */
function fill(file: string): void {
  const filler = fs.openSync(file, "w");
  for (const size of [1 << 20, 65_536, 1024]) {
    try {
      for (;;) fs.writeSync(filler, Buffer.alloc(size, "full"));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
    }
  }
  fs.closeSync(filler);
}

/** @param runsOut Whether the file system has no reserve of its own for the names of the entries. */
function describeFull(action: "--hardlink" | "--reflink", volume: Volume, runsOut: boolean): void {
  const { files, bytes } = SIZES[action];
  const contentOf = (i: number): string => `\x7fELF ${i}.`.padEnd(bytes, `${i}.`);
  const makeFiles = (root: string, count: number): void => {
    fs.mkdirSync(root);
    for (let i = 0; i < count; i += 1)
      fs.writeFileSync(path.join(root, nameOf(i)), contentOf(i), { mode: 0o755 });
  };
  /** The files of a tree that are not what they were, and those that do not belong there. */
  const wrongIn = (root: string): string[] =>
    fs
      .readdirSync(root)
      .filter(
        (name, i) =>
          name !== nameOf(i) || fs.readFileSync(path.join(root, name), "utf8") !== contentOf(i),
      );
  const link = (store: string, root: string): Run =>
    run([action, "--json", "--no-state", ...TRUST, "--store", store, root]);
  const messagesIn = ({ json }: Run, list: "warnings" | "problems"): string[] =>
    (json[list] as { readonly message: string }[]).map(({ message }) => message);
  const storeOf = ({ json }: Run): StoreJson => json["store"] as StoreJson;

  describe.skipIf(volume.root === undefined)(`${action} --store on a full ${volume.name}`, () => {
    const at = (name: string): string => path.join(volume.root as string, name);
    const [a, b, c, store, filler] = ["a", "b", "c", "store", "filler"].map(at);

    test("a store cannot be made, and nothing is changed", () => {
      makeFiles(a, files);
      makeFiles(b, files);
      makeFiles(c, 20);
      fill(filler);
      const done = link(store, a);
      expect(done).toMatchObject({ code: 2, stdout: "" });
      expect(done.stderr).toMatch(ENOSPC);
      expect(done.stderr).toContain(store);
      expect(wrongIn(a)).toEqual([]);
      fs.rmSync(filler);
    });

    test("what does not fit is a warning; the tree is whole, and the store consistent", () => {
      expect(storeOf(link(store, c))).toMatchObject({ added: 20 });
      fill(filler);
      const messages = [a, b].map((tree) => {
        const done = link(store, tree);
        const said = [...messagesIn(done, "warnings"), ...messagesIn(done, "problems")];
        expect(done.code).toBe(messagesIn(done, "problems").length > 0 ? 3 : 0);
        expect(said.filter((message) => !ENOSPC.test(message))).toEqual([]);
        const { replaced, added } = storeOf(done);
        expect(replaced + added < files).toBe(said.length > 0);
        expect(wrongIn(tree)).toEqual([]);
        expect(storeCommand("verify", store).code).toBe(0);
        expect(fs.readdirSync(path.join(store, "tmp"))).toEqual([]);
        return said;
      });
      if (runsOut) expect(messages[0]).not.toEqual([]);
    });

    test("with space again, the next runs complete the work", () => {
      fs.rmSync(filler);
      for (const tree of [a, b]) {
        expect(link(store, tree)).toMatchObject({ code: 0, stderr: "" });
        expect(wrongIn(tree)).toEqual([]);
      }
      expect(entriesOf(store)).toHaveLength(files);
      expect(storeOf(link(store, b))).toMatchObject({ found: files, replaced: 0, added: 0 });
      expect(storeCommand("verify", store).code).toBe(0);
    });
  });
}

const EXT4 = ["mkfs.ext4", "-q", "-F", "-b", "1024", "-N", "8192", "-m", "0", "-O", "^has_journal"];
describeFull("--hardlink", imageVolume("ext4", 12, EXT4), true);
describeFull("--reflink", imageVolume("btrfs", 128, ["mkfs.btrfs", "-q"]), false);
describeFull("--reflink", imageVolume("xfs", 320, ["mkfs.xfs", "-q"]), true);
