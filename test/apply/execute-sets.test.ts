import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { executeSets } from "../../src/apply/execute-sets.ts";
import type { OutcomeColumns } from "../../src/apply/outcome-collector.ts";
import type { FileTable } from "../../src/core/file-table.ts";
import { type Plan, Verdict } from "../../src/core/model.ts";
import { errno } from "../../src/core/result.ts";
import { dirCalls } from "../../src/fs/native-dir-calls.ts";
import { DirHandleCache } from "../../src/replace/dir-handle-cache.ts";
import { withFiles } from "../support/outside.ts";
import { linked } from "../support/snapshot.ts";
import { nameIn, rowOf, runStages, verdictWord, verdictsOf } from "../support/stages.ts";
import { type Spec, addToTree, at, file, link, makeTree } from "../support/tree.ts";

/** @param linkErrors By the name of a keeper: the errno with which linking it fails. */
async function execute(
  plan: Plan,
  files: FileTable,
  linkErrors: Readonly<Record<string, string>> = {},
): Promise<OutcomeColumns> {
  const calls = dirCalls();
  const dirs = new DirHandleCache(files, {
    calls: {
      ...calls,
      link: (from, name, to, newName) =>
        name in linkErrors ? errno(linkErrors[name]) : calls.link(from, name, to, newName),
    },
  });
  const outcomes = await executeSets(plan, files, dirs, () => false);
  dirs.closeAll();
  return outcomes;
}

interface Row {
  readonly it: string;
  readonly tree: Spec;
  /** Happens after the files were compared. */
  readonly act?: (root: string) => void;
  readonly linkErrors?: Record<string, string>;
  /** By path: `-> keeper`, `keep`, `failed`, or the reason why it is left alone. */
  readonly outcomes: Record<string, string>;
  readonly links: string[][];
  readonly problems?: string[];
}

const THREE: Spec = { "a.o": "same", "b.o": "same", "c.o": "same" };

const ROWS: Row[] = [
  {
    it: "links each set to its keeper",
    tree: { ...THREE, "d/x.o": "other", "d/y.o": "other" },
    outcomes: {
      "a.o": "keep",
      "b.o": "-> a.o",
      "c.o": "-> a.o",
      "d/x.o": "keep",
      "d/y.o": "-> d/x.o",
    },
    links: [
      ["a.o", "b.o", "c.o"],
      ["d/x.o", "d/y.o"],
    ],
  },
  {
    it: "replaces all links of an inode",
    tree: { ...THREE, "d.o": link("c.o") },
    outcomes: { "a.o": "keep", "b.o": "-> a.o", "c.o": "-> a.o", "d.o": "-> a.o" },
    links: [["a.o", "b.o", "c.o", "d.o"]],
  },
  {
    it: "leaves a file alone that changed",
    tree: THREE,
    act: (root) => fs.writeFileSync(`${root}/b.o`, "SAME"),
    outcomes: { "a.o": "keep", "b.o": "changed", "c.o": "-> a.o" },
    links: [["a.o", "c.o"]],
  },
  {
    it: "leaves a name alone that vanished",
    tree: THREE,
    act: (root) => fs.unlinkSync(`${root}/b.o`),
    outcomes: { "a.o": "keep", "b.o": "vanished", "c.o": "-> a.o" },
    links: [["a.o", "c.o"]],
  },
  {
    it: "takes the next file as the keeper when the first one changed",
    tree: THREE,
    act: (root) => fs.writeFileSync(`${root}/a.o`, "SAME"),
    outcomes: { "a.o": "changed", "b.o": "keep", "c.o": "-> b.o" },
    links: [["b.o", "c.o"]],
  },
  {
    it: "takes the next file as the keeper when the first one vanished",
    tree: THREE,
    act: (root) => fs.unlinkSync(`${root}/a.o`),
    outcomes: { "a.o": "vanished", "b.o": "keep", "c.o": "-> b.o" },
    links: [["b.o", "c.o"]],
  },
  {
    it: "takes the next file as the keeper when the first one can have no more links",
    tree: { ...THREE, "d.o": link("b.o") },
    linkErrors: { "a.o": "EMLINK" },
    outcomes: { "a.o": "keep", "b.o": "link-limit", "c.o": "-> b.o", "d.o": "link-limit" },
    links: [["b.o", "c.o", "d.o"]],
  },
  {
    it: "takes the next file as the keeper when the first one may not be linked",
    tree: THREE,
    linkErrors: { "a.o": "EPERM" },
    outcomes: { "a.o": "failed", "b.o": "keep", "c.o": "-> b.o" },
    links: [["b.o", "c.o"]],
    problems: ["a.o EPERM"],
  },
  {
    it: "keeps one file on each mount",
    tree: THREE,
    linkErrors: { "a.o": "EXDEV" },
    outcomes: { "a.o": "keep", "b.o": "keep", "c.o": "-> b.o" },
    links: [["b.o", "c.o"]],
  },
  {
    it: "reports every file where nothing can be linked",
    tree: THREE,
    linkErrors: { "a.o": "ENOSPC" },
    outcomes: { "a.o": "keep", "b.o": "failed", "c.o": "failed" },
    links: [],
    problems: ["b.o ENOSPC", "c.o ENOSPC"],
  },
  {
    it: "knows a file that another run has linked meanwhile",
    tree: THREE,
    act(root) {
      fs.unlinkSync(`${root}/c.o`);
      fs.linkSync(`${root}/b.o`, `${root}/c.o`);
    },
    outcomes: { "a.o": "keep", "b.o": "-> a.o", "c.o": "-> a.o" },
    links: [["a.o", "b.o", "c.o"]],
  },
];

describe("the links of a set", () => {
  test.each(ROWS)(
    "$it",
    async ({ tree: spec, act, outcomes: expected, links, problems, linkErrors }) => {
      const root = makeTree(spec);
      const { tree, plan } = await runStages(root, { action: "hardlink" });
      act?.(root);
      const outcomes = await execute(plan, tree.files, linkErrors);
      expect(verdictsOf(root, tree.files, plan, outcomes)).toEqual(expected);
      expect(linked(root)).toEqual(links);
      expect(
        outcomes.problems.map(({ path, code }) => `${path.slice(root.length + 1)} ${code}`),
      ).toEqual(problems ?? []);
    },
  );
});

interface OutsideRow {
  readonly it: string;
  readonly act?: (store: string) => void;
  readonly linkErrors?: Record<string, string>;
  readonly outcomes: Record<string, string>;
  readonly links: string[][];
  readonly detail?: RegExp;
  readonly problems?: RegExp;
}

const OUTSIDE: OutsideRow[] = [
  {
    it: "is linked to",
    outcomes: { "a.o": "-> entry", "b.o": "-> entry" },
    links: [["a.o", "b.o"]],
  },
  {
    it: "is not linked to if it changed: the first file becomes the keeper",
    act: (store) => fs.appendFileSync(`${store}/entry`, "!"),
    outcomes: { "a.o": "changed", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
    detail: /^the file to link to, .*\/entry, is not what was compared: its size changed/,
  },
  {
    it: "is not linked to if it was replaced by an equal file",
    act(store) {
      fs.copyFileSync(`${store}/entry`, `${store}/copy`);
      fs.renameSync(`${store}/copy`, `${store}/entry`);
    },
    outcomes: { "a.o": "changed", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
    detail: /is not what was compared: it was replaced by another file/,
  },
  {
    it: "is not linked to if it vanished",
    act: (store) => fs.unlinkSync(`${store}/entry`),
    outcomes: { "a.o": "changed", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
    detail: /is not what was compared: it vanished/,
  },
  {
    it: "is not linked to if the system forbids it",
    linkErrors: { entry: "EPERM" },
    outcomes: { "a.o": "failed", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
    problems: /^.*\/entry EPERM the others cannot be linked to it: /,
  },
  {
    it: "is refused if it is on another device",
    linkErrors: { entry: "EXDEV" },
    outcomes: { "a.o": "failed", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
    problems: /^.*\/entry EXDEV /,
  },
  {
    it: "makes room for another one if it can have no more links",
    linkErrors: { entry: "EMLINK" },
    outcomes: { "a.o": "link-limit", "b.o": "-> a.o" },
    links: [["a.o", "b.o"]],
  },
];

describe("a keeper that is not in the tree", () => {
  test.each(OUTSIDE)(
    "$it",
    async ({ act, outcomes: expected, links, detail, problems, linkErrors }) => {
      const root = makeTree({ "a.o": "same", "b.o": "same" });
      const store = makeTree({ entry: file("same", { mtime: at(-5) }) });
      const { tree, plan: treePlan } = await runStages(root, { action: "hardlink" });
      const files = withFiles(tree.files, [`${store}/entry`]);
      const entry = tree.files.count;
      const plan: Plan = {
        ...treePlan,
        keepers: Uint32Array.of(entry, entry),
        verdicts: Uint8Array.of(Verdict.replace, Verdict.replace),
      };
      act?.(store);
      const outcomes = await execute(plan, files, linkErrors);
      const names = Array.from(plan.names, (name, i) => {
        const { verdicts, keepers } = outcomes;
        const keeper = keepers[i] === entry ? "entry" : nameIn(root, files, keepers[i]);
        return [nameIn(root, files, name), verdictWord(verdicts[i], keeper)];
      });
      expect(Object.fromEntries(names)).toEqual(expected);
      expect(linked(root)).toEqual(links);
      expect(fs.readFileSync(`${root}/b.o`, "utf8")).toBe("same");
      const isLinked = expected["a.o"] === "-> entry";
      if (isLinked) expect(fs.statSync(`${store}/entry`).nlink).toBe(3);
      expect([...outcomes.details.values()].join()).toMatch(detail ?? /^$/);
      const problem = outcomes.problems.map(
        ({ path, code, message }) => `${path} ${code} ${message}`,
      );
      expect(problem.join()).toMatch(problems ?? /^$/);
    },
  );

  const other = "/dev/shm";
  const isOther = fs.existsSync(other) && fs.statSync(other).dev !== fs.statSync("/tmp").dev;
  test.runIf(isOther)("on a real other device is refused, and every file stays", async () => {
    const root = makeTree({ "a.o": "same", "b.o": "same" });
    const store = fs.mkdtempSync(`${other}/dedupe-test-`);
    try {
      addToTree(store, { entry: "same" });
      const { tree, plan } = await runStages(root, { action: "hardlink" });
      const files = withFiles(tree.files, [`${store}/entry`]);
      const keepers = plan.keepers.map(() => tree.files.count);
      const outcomes = await execute({ ...plan, keepers }, files);
      expect(outcomes.problems).toMatchObject([{ path: `${store}/entry`, code: "EXDEV" }]);
      expect(outcomes.verdicts[plan.names.indexOf(rowOf(root, files, "b.o"))]).toBe(Verdict.failed);
      expect(linked(root)).toEqual([]);
    } finally {
      fs.rmSync(store, { recursive: true });
    }
  });
});
