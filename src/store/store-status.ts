import type { BytePath } from "../core/byte-path.ts";
import type { StoreStatus } from "../core/store-reports.ts";
import { FORMAT } from "./layout.ts";
import type { Store } from "./open-store.ts";
import { scanStore } from "./scan-store.ts";
import { MAX_AGE } from "./trim-store.ts";
import { lastTrim } from "./trim-times.ts";

/** Looks at every entry of a store. */
export async function storeStatus(
  { path }: Store,
  now: number,
  stopped: () => boolean,
): Promise<StoreStatus> {
  const totals = {
    entries: 0,
    bytes: 0,
    allocatedBytes: 0,
    links: 0,
    sharedBytes: 0,
    unused: 0,
    unusedBytes: 0,
    trimmable: 0,
    trimmableBytes: 0,
  };
  const strangers: BytePath[] = [];
  await scanStore(
    path,
    {
      entry(_, __, stat) {
        const { size, links } = stat;
        const allocated = stat.blocks * 512;
        totals.entries += 1;
        totals.bytes += size;
        totals.allocatedBytes += allocated;
        totals.links += links - 1;
        totals.sharedBytes += Math.max(0, links - 2) * allocated;
        if (links > 1) return;
        totals.unused += 1;
        totals.unusedBytes += allocated;
        if (now - Number(stat.toStat().ctimeNs / 1_000_000n) < MAX_AGE) return;
        totals.trimmable += 1;
        totals.trimmableBytes += allocated;
      },
      stranger: (stranger) => strangers.push(stranger),
    },
    stopped,
  );
  return { path, format: FORMAT, ...totals, lastTrim: lastTrim(path), strangers };
}
