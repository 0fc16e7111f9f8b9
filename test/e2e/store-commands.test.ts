import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { tryLockStore } from "../../src/store/store-lock.ts";
import { schemaViolations } from "../support/json-schema.ts";
import { run } from "../support/run.ts";
import { entriesOf, newStore, share, storeCommand } from "../support/store.ts";
import { type Spec, file, makeTree } from "../support/tree.ts";

const TREE: Spec = { "a.o": "a", "b.o": "b" };

describe("dedupe store", () => {
  test("path prints where the store is, which need not exist", () => {
    const env = { XDG_CACHE_HOME: "/cache" };
    expect(run(["store", "path"], { env }).stdout).toBe("/cache/dedupe/store\n");
    expect(run(["store", "path"], { env: { ...env, DEDUPE_STORE: "/s" } }).stdout).toBe("/s\n");
    expect(storeCommand("path", "/t", "--json").json).toEqual({
      schema: 1,
      command: "store path",
      path: "/t",
    });
  });

  test("status shows a table", () => {
    const [store, tree] = [newStore(), makeTree(TREE)];
    share(store, tree);
    fs.unlinkSync(`${tree}/a.o`);
    expect(
      storeCommand("status", store).stdout.replaceAll(/[0-9]+ (second|minute)s? ago|now/g, "T"),
    ).toBe(
      [
        `${store} (format 1)`,
        "",
        "entries         2  2 B, 8.0 KiB on the disk",
        "links in trees  1  0 B shared",
        "unused          1  4.0 KiB",
        "a trim removes  0  0 B",
        "last trim          T",
        "",
      ].join("\n"),
    );
  });

  test("trim removes what no tree uses, by age, by size, or all of it", () => {
    const [store, tree] = [newStore(), makeTree(TREE)];
    share(store, tree);
    fs.unlinkSync(`${tree}/a.o`);
    expect(storeCommand("trim", store).stdout).toMatch(/^0 entries removed, 0 B freed, 2 kept/);
    expect(storeCommand("trim", store, "--max-size", "1M").stdout).toMatch(/^0 entries removed/);
    expect(storeCommand("trim", store, "-n", "--max-size", "0").stdout).toMatch(
      /^1 entry to remove, 4.0 KiB to free, 1 kept/,
    );
    expect(entriesOf(store)).toHaveLength(2);
    expect(storeCommand("trim", store, "--max-age", "0s").stdout).toMatch(/^1 entry removed/);
    fs.unlinkSync(`${tree}/b.o`);
    expect(storeCommand("trim", store, "--unused", "--json").json).toMatchObject({
      removed: 1,
      removedBytes: 4096,
      kept: 0,
    });
    expect(entriesOf(store)).toEqual([]);
  });

  test.each([
    [["--max-age", "5"], "--max-age: '5' is not an age (ages look like 5d, 12h or 30m)"],
    [["--max-size", "x"], "--max-size: 'x' is not a size"],
    [["--unused", "--max-age", "1d"], "--unused cannot be used with --max-age"],
  ])("trim %j is refused", (args, words) => {
    const done = storeCommand("trim", newStore(), ...args);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(words);
  });

  test("trim removes nothing while a run uses the store, and says so", () => {
    const [store, tree] = [newStore(), makeTree(TREE)];
    share(store, tree);
    fs.rmSync(`${tree}/a.o`);
    const lock = tryLockStore(store, "shared");
    const done = storeCommand("trim", store, "--unused");
    if (typeof lock === "object") lock.release();
    expect(done.code).toBe(3);
    expect(done.stderr).toContain("nothing was trimmed: another run is using the store (EBUSY)");
    expect(entriesOf(store)).toHaveLength(2);
    expect(storeCommand("trim", store, "--unused").stdout).toMatch(/^1 entry removed/);
  });

  test("a store that does not exist is a mistake", () => {
    for (const command of ["status", "trim", "verify"]) {
      const done = storeCommand(command, "/nonexistent/store");
      expect(done.code).toBe(2);
      expect(done.stderr).toBe(
        "dedupe: /nonexistent/store: there is no store (dedupe --hardlink --store <dir> <path> makes one)\n",
      );
    }
  });

  test("a run trims the store by itself, once a day", () => {
    const [store, tree] = [newStore(), makeTree(TREE)];
    share(store, tree);
    fs.writeFileSync(`${store}/trimmed`, "2020-01-01T00:00:00.000Z\n");
    share(store, tree, "-n");
    expect(fs.readFileSync(`${store}/trimmed`, "utf8")).toMatch(/^2020/);
    share(store, tree);
    expect(fs.readFileSync(`${store}/trimmed`, "utf8")).not.toMatch(/^2020/);
    expect(entriesOf(store)).toHaveLength(2);
  });

  test.each(["status", "trim", "verify", "path"])(
    "%s --json has the form of its schema",
    (command) => {
      const [store, tree] = [newStore(), makeTree({ ...TREE, "p.so": file("p", { mode: 0o755 }) })];
      share(store, tree);
      const schema = storeCommand(command, store, "--json-schema").json;
      expect(schemaViolations(schema, storeCommand(command, store, "--json").json)).toEqual([]);
    },
  );
});

test.each([
  ["prune", "the commands are status, trim, verify and path"],
  ["stat", "did you mean dedupe store status?"],
])("an unknown command %s", (name, hint) => {
  expect(run(["store", name])).toMatchObject({
    code: 2,
    stderr: `dedupe: dedupe store: unknown command '${name}' (${hint})\n`,
  });
});
