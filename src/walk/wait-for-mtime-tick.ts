import type { FileTable } from "../core/file-table.ts";

/** Milliseconds; longer than the ticks (1 to 10 ms) in which the kernel's clock for time stamps advances. */
const TICK = 20;

/**
 * Waits until the youngest file is older than one tick of the kernel's clock, some 20 ms at most. Of two
 * writes within one tick the second leaves no trace in a file's times (Linux before 6.13), and a new file may
 * even reuse the inode number of the one it replaced. In files that are read after the tick, every later
 * write shows.
 */
export async function waitForMtimeTick({ columns }: FileTable): Promise<void> {
  let youngest = 0n;
  for (const ctime of columns.ctime) if (ctime > youngest) youngest = ctime;
  const age = Date.now() - Number(youngest / 1_000_000n);
  if (age < 0 || age > TICK) return;
  await new Promise((resolve) => {
    setTimeout(resolve, TICK + 1 - age);
  });
}
