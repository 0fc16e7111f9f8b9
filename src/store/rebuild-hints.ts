import type { BytePath } from "../core/byte-path.ts";
import { HintRecords, InodeHints, writeHints } from "./inode-hints.ts";
import { scanStore } from "./scan-store.ts";

/** Makes the hints of a store anew, and writes them if the run changes files. */
export async function rebuildHints(
  store: BytePath,
  changesDisk: boolean,
  stopped: () => boolean,
): Promise<InodeHints> {
  const records = new HintRecords();
  await scanStore(
    store,
    {
      entry: ({ digest }, _, { inode }) => records.add(digest, inode),
      stranger: () => undefined,
    },
    stopped,
  );
  if (changesDisk && !stopped()) writeHints(store, records.bytes());
  return new InodeHints(records.bytes());
}
