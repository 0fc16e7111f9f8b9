import { FileTable, type SharedFileTable } from "../core/file-table.ts";
import { type ThreadState, ThreadSlot, defineTask } from "./task.ts";

const TABLE = new ThreadSlot<FileTable>();

/** Gives a thread the file table; later tasks name files by their rows. */
export const shareTable = defineTask("shareTable", (table: SharedFileTable, thread) => {
  thread.set(TABLE, new FileTable(table));
});

/** The table that `shareTable` gave to the thread. */
export function tableOf(thread: ThreadState): FileTable {
  return thread.get(TABLE);
}
