import { describe, expect, test } from "vitest";
import { SharingKeys, type SharingOptions } from "../../src/plan/sharing-keys.ts";
import { rowOf, runStages } from "../support/stages.ts";
import { type Spec, at, file, isRoot, makeTree } from "../support/tree.ts";

const OPTIONS: SharingOptions = {
  scope: "tree",
  ignoreMode: false,
  ignoreOwner: false,
  respectTime: false,
  respectName: false,
};

interface Row {
  readonly it: string;
  /** The two files, by default equal in all attributes but their name. */
  readonly tree?: Spec;
  readonly options?: Partial<SharingOptions>;
  readonly attributes?: Record<string, string>;
  readonly originalModes?: Record<string, number>;
  readonly installed?: readonly string[];
  /** Undefined: the keys are equal. */
  readonly reason?: string;
  readonly rootOnly?: true;
}

const OTHER_MODE: Spec = { "a.o": "x", "b.o": file("x", { mode: 0o600 }) };
const OTHER_OWNER: Spec = { "a.o": "x", "b.o": file("x", { owner: 7 }) };
const OTHER_TIME: Spec = { "a.o": "x", "b.o": file("x", { mtime: at(0) + 1n }) };
const READ_ONLY: Spec = { "a.o": file("x", { mode: 0o664 }), "b.o": file("x", { mode: 0o444 }) };

const ROWS: Row[] = [
  { it: "names do not count" },
  { it: "names count with respectName", options: { respectName: true }, reason: "name" },
  {
    it: "equal names in two directories",
    tree: { "1/x.o": "x", "2/x.o": "x" },
    options: { respectName: true },
  },
  { it: "modes count", tree: OTHER_MODE, reason: "mode" },
  { it: "modes do not count with ignoreMode", tree: OTHER_MODE, options: { ignoreMode: true } },
  {
    it: "a protected file has its original mode with protect",
    tree: READ_ONLY,
    originalModes: { "b.o": 0o100664 },
    options: { protect: true },
  },
  {
    it: "a protected file has both its modes without protect",
    tree: READ_ONLY,
    originalModes: { "b.o": 0o100664 },
    reason: "mode",
  },
  {
    it: "a protected file and one that was always read-only",
    tree: { "a.o": file("x", { mode: 0o444 }), "b.o": file("x", { mode: 0o444 }) },
    originalModes: { "b.o": 0o100644 },
    reason: "mode",
  },
  {
    it: "two protected files",
    tree: { "a.o": file("x", { mode: 0o444 }), "b.o": file("x", { mode: 0o444 }) },
    originalModes: { "a.o": 0o100644, "b.o": 0o100644 },
  },
  {
    it: "another original mode",
    tree: READ_ONLY,
    originalModes: { "b.o": 0o100600 },
    reason: "mode",
  },
  { it: "owners count", tree: OTHER_OWNER, reason: "owner", rootOnly: true },
  {
    it: "owners do not count with ignoreOwner",
    tree: OTHER_OWNER,
    options: { ignoreOwner: true },
    rootOnly: true,
  },
  { it: "attributes count", attributes: { "b.o": "acl" }, reason: "xattrs" },
  { it: "equal attributes", attributes: { "a.o": "acl", "b.o": "acl" } },
  {
    it: "attributes do not count with ignoreAttributes",
    attributes: { "b.o": "acl" },
    options: { ignoreAttributes: true },
  },
  { it: "an installed copy", installed: ["b.o"], reason: "installed" },
  { it: "two installed copies", installed: ["a.o", "b.o"] },
  { it: "times do not count", tree: OTHER_TIME },
  {
    it: "times count with respectTime, to the nanosecond",
    tree: OTHER_TIME,
    options: { respectTime: true },
    reason: "time",
  },
  {
    it: "directories count with the scope directory",
    tree: { "1/a.o": "x", "2/a.o": "x" },
    options: { scope: "directory" },
    reason: "scope",
  },
  { it: "one directory", options: { scope: "directory" } },
  {
    it: "variants of one unit",
    tree: { "O2/a.o": "x", "O3/a.o": "x" },
    options: { scope: "unit" },
  },
  { it: "a file of no unit is alone", options: { scope: "unit" }, reason: "scope" },
  {
    it: "the first of several differences is the reason",
    tree: { "1/a.o": "x", "2/b.o": file("x", { mode: 0o600, mtime: at(1) }) },
    options: { respectTime: true, respectName: true, scope: "directory" },
    reason: "mode",
  },
];

describe("the keys of two identical files", () => {
  test.each(ROWS.filter((row) => isRoot || !row.rootOnly))("$it: $reason", async (row) => {
    const { tree: spec = { "a.o": "x", "b.o": "x" }, reason } = row;
    const root = makeTree(spec);
    const { tree, classification } = await runStages(root);
    const { files } = tree;
    const byRow = <T>(values: Record<string, T> = {}): Map<number, T> =>
      new Map(Object.entries(values).map(([name, value]) => [rowOf(root, files, name), value]));
    const facts = {
      files,
      classification,
      attributes: byRow(row.attributes),
      originalModes: byRow(row.originalModes),
      installed: new Map(
        (row.installed ?? []).map((name) => [rowOf(root, files, name), "installed"]),
      ),
    };
    const keys = new SharingKeys(facts, { ...OPTIONS, ...row.options });
    const [a, b] = Object.keys(spec).map((name) => rowOf(root, files, name));
    const isApart = keys.keyOf(a, a) !== keys.keyOf(b, b);
    expect(isApart ? keys.whyApart(a, { inode: b, names: [b] }) : undefined).toBe(reason);
    expect(keys.keyOf(a, a)).toBe(keys.keyOf(a, a));
  });

  test("units with equal files are kept apart by the scope unit", async () => {
    const root = makeTree({ "O2/a.o": "x", "O3/a.o": "x", "O2/b.o": "x", "O3/b.o": "x" });
    const { tree, classification } = await runStages(root);
    const none = new Map<number, never>();
    const facts = {
      files: tree.files,
      classification,
      attributes: none,
      originalModes: none,
      installed: new Map<number, string>(),
    };
    const keys = new SharingKeys(facts, { ...OPTIONS, scope: "unit" });
    const keyOf = (name: string): string => {
      const row = rowOf(root, tree.files, name);
      return keys.keyOf(row, row);
    };
    expect(keyOf("O2/a.o")).toBe(keyOf("O3/a.o"));
    expect(keyOf("O2/b.o")).toBe(keyOf("O3/b.o"));
    expect(keyOf("O2/a.o")).not.toBe(keyOf("O2/b.o"));
  });
});
