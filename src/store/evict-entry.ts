import { type BytePath, join } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { type EntryAt, entryPath } from "./scan-store.ts";
import { TEMPORARY_DIR, temporaryPath } from "./temporaries.ts";

/**
 * Removes an entry whose content is not what its name says. Trees that link to it keep their file.
 *
 * The entry is renamed before it is looked at: if another run has replaced it by a good one meanwhile, that one gets
 * its name back.
 *
 * @returns Whether the entry with this inode was removed.
 */
export function evictEntry(store: BytePath, at: EntryAt, inode: bigint): Result<boolean> {
  const path = entryPath(store, at);
  const aside = temporaryPath(join(store, TEMPORARY_DIR), at.name);
  return tryErrno(() => {
    const renamed = tryErrno(() => disk.rename(path, aside));
    if (isErrno(renamed)) {
      if (renamed.code === "ENOENT") return false;
      return renamed;
    }
    const isDamaged = disk.lstat(aside).ino === inode;
    if (!isDamaged) tryErrno(() => disk.link(aside, path));
    disk.unlink(aside);
    return isDamaged;
  });
}
