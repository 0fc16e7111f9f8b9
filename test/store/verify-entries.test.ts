import { createHash } from "node:crypto";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { verifyEntries } from "../../src/store/verify-entries.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { newStore } from "../support/store.ts";

const ENTRIES = 300;

describe("verifyEntries", () => {
  test.each([
    { it: "one round", mostBatches: 1000 },
    { it: "a round for each directory", mostBatches: 1 },
  ])("in $it, every entry is read, and the damaged ones are removed", async ({ mostBatches }) => {
    const store = openStore(newStore(), { create: true, ownOnly: true });
    const paths = Array.from({ length: ENTRIES }, (_, i) => {
      const content = `entry ${i}`.padEnd(20);
      const digest = createHash("sha256").update(content).digest("hex");
      const path = `${store.path}/${digest.slice(0, 2)}/${digest}-644`;
      fs.writeFileSync(path, i % 100 === 0 ? "wrong".padEnd(20) : content);
      return path;
    });
    const damaged = paths.filter((_, i) => i % 100 === 0).sort();
    const pool = new WorkerPool(1);
    const verified = await verifyEntries(store, pool, mostBatches);
    await pool.close();
    expect(verified).toEqual({
      sound: ENTRIES - damaged.length,
      damaged,
      bytesRead: 20 * ENTRIES,
      problems: [],
    });
    expect(paths.filter((path) => !fs.existsSync(path)).sort()).toEqual(damaged);
  });
});
