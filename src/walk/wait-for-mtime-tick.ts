import type { FileTable } from "../core/file-table.ts";

/** Longer than the ticks (1 to 10 ms) by which a kernel's clock for time stamps moves, in milliseconds. */
const TICKS = 20;

/**
 * Waits until the youngest file is older than a tick of the kernel's clock (some 20 ms at most). Of two
 * writes within one tick the second leaves no trace in a file's times (Linux before 6.13), and a file
 * that takes the place of another may even get its inode number; read after the tick, any later write
 * shows.
 */
export async function waitForMtimeTick({ columns }: FileTable): Promise<void> {
  let youngest = 0n;
  for (const ctime of columns.ctime) if (ctime > youngest) youngest = ctime;
  const age = Date.now() - Number(youngest / 1_000_000n);
  if (age < 0 || age > TICKS) return;
  await new Promise((resolve) => {
    setTimeout(resolve, TICKS + 1 - age);
  });
}
