import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fromText } from "../../src/core/byte-path.ts";
import type { FileTable } from "../../src/core/file-table.ts";
import { openStore } from "../../src/store/open-store.ts";
import { refreshEntries } from "../../src/store/refresh-entries.ts";
import { runStages } from "../support/stages.ts";
import { withFiles } from "../support/outside.ts";
import { emptyDir, makeTree } from "../support/tree.ts";

const MINUTE = 60_000_000_000n;

test.each([
  ["within the hour", 59n, false],
  ["later", 61n, true],
])("an entry that is used again %s", async (_, minutes, isMarked) => {
  const store = openStore(fromText(path.join(emptyDir(), "store")), {
    create: true,
    ownOnly: true,
  });
  const entry = path.join(store.path, "ab", `${"ab".repeat(32)}-644`);
  fs.writeFileSync(entry, "x");
  fs.utimesSync(entry, 1, 1);
  const before = fs.statSync(entry, { bigint: true });
  const { tree } = await runStages(makeTree({ "x.o": "x" }));
  const files: FileTable = withFiles(tree.files, [entry]);
  const entries = {
    firstEntry: 1,
    entries: new Map([[0, [1]]]),
    isEntry: () => false,
    hasRoom: () => true,
  };
  // The change time of a file is set by a clock that ticks every few milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 50));
  refreshEntries(store.path, { files, entries }, before.ctimeNs + minutes * MINUTE);
  const after = fs.statSync(entry, { bigint: true });
  expect(after.ctimeNs > before.ctimeNs).toBe(isMarked);
  expect({ ...after, ctimeNs: 0n, ctimeMs: 0n, ctime: 0 }).toEqual({
    ...before,
    ctimeNs: 0n,
    ctimeMs: 0n,
    ctime: 0,
  });
  expect(fs.readdirSync(path.join(store.path, "tmp"))).toEqual([]);
});
