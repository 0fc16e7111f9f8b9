import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { readHints } from "../../src/store/inode-hints.ts";
import { lockStoreShared, tryLockStore } from "../../src/store/store-lock.ts";
import { storeStatus } from "../../src/store/store-status.ts";
import { MAX_AGE, trimStore } from "../../src/store/trim-store.ts";
import { isTrimDue, lastTrim, noteTrim } from "../../src/store/trim-times.ts";
import { emptyDir } from "../support/tree.ts";

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** A store with entries of these sizes, each with a link outside if its name begins with `used`. */
function makeStore(sizes: Readonly<Record<string, number>>): { store: Store; tree: string } {
  const tree = emptyDir();
  const store = openStore(path.join(emptyDir(), "store"), { create: true, ownOnly: true });
  for (const [i, [name, size]] of Object.entries(sizes).entries()) {
    const digest = (i + 1).toString(16).padStart(2, "0").repeat(32);
    const file = path.join(tree, name);
    fs.writeFileSync(file, "x".repeat(size));
    fs.linkSync(file, path.join(store.path, digest.slice(0, 2), `${digest}-644`));
    if (!name.startsWith("used")) fs.unlinkSync(file);
  }
  return { store, tree };
}

function sizesIn({ path: store }: Store): number[] {
  return fs
    .readdirSync(store)
    .filter((name) => name.length === 2)
    .flatMap((dir) =>
      fs.readdirSync(path.join(store, dir)).map((name) => path.join(store, dir, name)),
    )
    .map((entry) => fs.statSync(entry).size)
    .sort((a, b) => a - b);
}

const trimAt = (store: Store, now: number, maxAge = MAX_AGE, maxSize?: number, dryRun = false) =>
  trimStore(store, { maxAge, maxSize, dryRun, now });

describe("trimStore", () => {
  test.each([
    ["five days after the last tree has let go of an entry", 5 * DAY + HOUR, [5000]],
    ["not before", 5 * DAY - HOUR, [100, 5000]],
    ["not if the clock goes backwards", -DAY, [100, 5000]],
  ])("removes unused entries %s", async (_, later, left) => {
    const { store } = makeStore({ "used.o": 5000, "gone.o": 100 });
    const done = await trimAt(store, Date.now() + later);
    expect(sizesIn(store)).toEqual(left);
    expect(done).toMatchObject({ removed: 2 - left.length, kept: left.length, problems: [] });
  });

  test("counts the age from the last link that was removed, whatever the modification time", async () => {
    const { store, tree } = makeStore({ "used.o": 5000 });
    fs.utimesSync(path.join(tree, "used.o"), 1, 1);
    fs.unlinkSync(path.join(tree, "used.o"));
    expect(await trimAt(store, Date.now() + 4 * DAY)).toMatchObject({ removed: 0 });
    expect(await trimAt(store, Date.now() + 6 * DAY)).toMatchObject({ removed: 1 });
  });

  test.each([
    ["any", 100_000, []],
    ["10 KiB", 10 * 1024, ["a", "b"]],
    ["5 KiB", 5 * 1024, ["a", "b", "c"]],
    ["nothing", 0, ["a", "b", "c", "d"]],
  ])("keeps %s of unused entries, the youngest ones", async (_, maxSize, removed) => {
    const { store } = makeStore({ a: 4001, b: 4002, c: 4003, "used.o": 4000, d: 4004 });
    await trimAt(store, Date.now(), Number.POSITIVE_INFINITY, maxSize);
    const left = ["a", "b", "c", "d"].filter((name) => !removed.includes(name));
    expect(sizesIn(store)).toEqual([4000, ...left.map((name) => 4001 + "abcd".indexOf(name))]);
  });

  test("removes all unused entries if asked to, and nothing in a dry run", async () => {
    const { store } = makeStore({ a: 1, b: 2, "used.o": 3 });
    const all = Number.NEGATIVE_INFINITY;
    const planned = await trimAt(store, Date.now(), all, undefined, true);
    expect(sizesIn(store)).toEqual([1, 2, 3]);
    expect(await trimAt(store, Date.now(), all)).toEqual(planned);
    expect(planned).toMatchObject({ removed: 2, removedBytes: 8192, kept: 1 });
    expect(sizesIn(store)).toEqual([3]);
  });

  test("leaves an entry that was just linked", async () => {
    const { store, tree } = makeStore({ a: 1, b: 2 });
    const [first] = fs.readdirSync(path.join(store.path, "01"));
    // Between the scan and the removal, another program links the entry.
    let calls = 0;
    await trimStore(
      store,
      { maxAge: Number.NEGATIVE_INFINITY, dryRun: false, now: Date.now() },
      () => {
        calls += 1;
        if (calls === 257)
          fs.linkSync(path.join(store.path, "01", first), path.join(tree, "linked"));
        return false;
      },
    );
    expect(fs.existsSync(path.join(tree, "linked"))).toBe(true);
    expect(sizesIn(store)).toEqual([1]);
  });

  test("writes the hints anew, and removes what killed runs have left", async () => {
    const { store, tree } = makeStore({ a: 1, "used.o": 2 });
    fs.writeFileSync(path.join(store.path, "tmp", "left"), "");
    await trimAt(store, Date.now() + 6 * DAY);
    const hints = readHints(store.path);
    expect(hints?.digestOf(fs.statSync(path.join(tree, "used.o"), { bigint: true }).ino)).toBe(
      "02".repeat(32),
    );
    expect(hints?.knows("01".repeat(32))).toBe(false);
    expect(fs.readdirSync(path.join(store.path, "tmp"))).toEqual([]);
  });
});

describe("the daily trim", () => {
  test("is due a day after the last one, and with a time that cannot be", () => {
    const store = emptyDir();
    const now = Date.now();
    expect(isTrimDue(store, now)).toBe(true);
    noteTrim(store, now);
    expect(lastTrim(store)).toBe(now);
    expect(isTrimDue(store, now + DAY - 1)).toBe(false);
    expect(isTrimDue(store, now + DAY)).toBe(true);
    expect(isTrimDue(store, now - 1)).toBe(true);
    fs.writeFileSync(path.join(store, "trimmed"), "nonsense");
    expect(isTrimDue(store, now)).toBe(true);
  });
});

describe("the lock of a store", () => {
  test("lets several runs use the store, or one trim it", async () => {
    const { path: store } = makeStore({}).store;
    const runs = [tryLockStore(store, "shared"), tryLockStore(store, "shared")];
    expect(tryLockStore(store, "exclusive")).toBe("busy");
    for (const lock of runs) if (typeof lock === "object") lock.release();
    const trim = tryLockStore(store, "exclusive");
    expect(typeof trim).toBe("object");
    expect(await lockStoreShared(store, () => false, 60)).toBe("busy");
    expect(await lockStoreShared(store, () => true)).toBe("busy");
    const waiting = lockStoreShared(store, () => false);
    if (typeof trim === "object") trim.release();
    const lock = await waiting;
    expect(typeof lock).toBe("object");
    if (typeof lock === "object") lock.release();
  });
});

describe("storeStatus", () => {
  test("counts entries, links in trees, and what a trim removes", async () => {
    const { store, tree } = makeStore({ "used.o": 5000, gone: 100, old: 100 });
    fs.linkSync(path.join(tree, "used.o"), path.join(tree, "again.o"));
    fs.writeFileSync(path.join(store.path, "ab", "stranger"), "");
    const now = Date.now();
    expect(await storeStatus(store, now, () => false)).toMatchObject({
      entries: 3,
      bytes: 5200,
      links: 2,
      sharedBytes: 8192,
      unused: 2,
      unusedBytes: 8192,
      trimmable: 0,
      strangers: [path.join(store.path, "ab", "stranger")],
    });
    expect(await storeStatus(store, now + 6 * DAY, () => false)).toMatchObject({ trimmable: 2 });
  });
});
