import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { describeWhere, mountImage } from "../native/helpers.ts";
import { commonBlocksOf, usedBytesOn } from "../support/blocks.ts";
import { noise } from "../support/contents.ts";
import { TRUST, run } from "../support/run.ts";
import { everything } from "../support/snapshot.ts";
import { type StoreJson, entriesOf, inodeOf, newStore, storeCommand } from "../support/store.ts";
import { type Spec, addToTree, at, file, makeTree } from "../support/tree.ts";

const MIB = 1024 * 1024;
const BIG = noise(2 * MIB);
const TREE: Spec = {
  "O2/x.o": file(BIG, { mtime: at(1) }),
  "O3/x.o": file(BIG, { mtime: at(2), mode: 0o600 }),
  "lib.a": file(noise(MIB, 5), { mtime: at(3) }),
  "x.c": file("int x;", { mtime: at(0) }),
  Makefile: file("O2/x.o: x.c\n\tcc -c x.c\n", { mtime: at(0) }),
};

describe.each(["btrfs", "xfs"] as const)("--reflink --store on %s", (type) => {
  const { dir, why } = mountImage(type);
  let round = 0;
  const tree = (spec: Spec): string => {
    const root = `${dir}/tree-${(round += 1)}`;
    fs.mkdirSync(root);
    addToTree(root, spec);
    return root;
  };
  const share = (store: string, root: string, ...args: string[]): StoreJson => {
    const done = run(["--reflink", "--json", ...TRUST, "--store", store, ...args, root]);
    if (done.code !== 0) throw new Error(done.stderr);
    return done.json["store"] as StoreJson;
  };

  describeWhere("shares blocks", why, () => {
    test("with the clones in the store, whatever the times; the trees stay as they are", () => {
      const store = `${dir}/store`;
      const [a, b] = [tree(TREE), tree({ ...TREE, "x.c": file("int x;", { mtime: at(900) }) })];
      fs.utimesSync(`${b}/O2/x.o`, 2_000_000_000, 2_000_000_000);
      const before = [everything(a), everything(b)];
      expect(share(store, a, "-n")).toMatchObject({ added: 2 });
      expect(share(store, a)).toMatchObject({ found: 0, added: 2 });
      const used = usedBytesOn(dir);
      expect(share(store, b)).toMatchObject({
        found: 3,
        replaced: 2,
        added: 0,
        savedBytes: 3 * MIB,
      });
      expect([everything(a), everything(b)]).toEqual(before);
      expect(usedBytesOn(dir)).toBeLessThan(used - 4 * MIB + 512 * 1024);
      expect(commonBlocksOf(`${a}/O2/x.o`, `${b}/O3/x.o`)).toBe("same");
      for (const entry of entriesOf(store)) expect(fs.statSync(entry).nlink).toBe(1);
      expect(share(store, b)).toMatchObject({ found: 3, replaced: 0, added: 0 });
      expect(storeCommand("verify", store).code).toBe(0);
    });

    test("an entry that is used again within the hour is not touched, and later only its change time", async () => {
      const store = `${dir}/store-used`;
      const [a, b] = [tree({ "y.o": BIG }), tree({ "y.o": BIG })];
      share(store, a);
      const [entry] = entriesOf(store);
      const first = fs.statSync(entry);
      share(store, b);
      expect(fs.statSync(entry)).toEqual(first);
      expect(inodeOf(entry)).not.toBe(inodeOf(`${a}/y.o`));
    });

    test("a file that was linked to the store shares its blocks already", () => {
      const store = `${dir}/store-both`;
      const root = tree({ "z.o": BIG });
      run(["--hardlink", ...TRUST, "--store", store, root]);
      expect(share(store, root)).toMatchObject({ found: 1, replaced: 0, added: 0 });
      expect(fs.statSync(`${root}/z.o`).nlink).toBe(2);
    });
  });
});

describe("--reflink --store on a file system without clones", () => {
  const root = makeTree({ "x.o": BIG });
  const canClone = run(["--reflink", "--json", ...TRUST, "--store", newStore(), root]).code === 0;

  test.skipIf(canClone)("is refused, and with --hardlink makes links", () => {
    const [store, a, b] = [newStore(), makeTree({ "x.o": BIG }), makeTree({ "x.o": BIG })];
    const refused = run(["--reflink", ...TRUST, "--store", store, a]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("makes no copy-on-write clones: nothing was changed");
    expect(entriesOf(store)).toEqual([]);
    for (const tree of [a, b])
      expect(run(["--reflink", "--hardlink", ...TRUST, "--store", store, tree]).code).toBe(0);
    expect(inodeOf(`${a}/x.o`)).toBe(inodeOf(`${b}/x.o`));
  });
});
