import type { Result } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { LockCalls } from "./types.ts";

/** fcntl.h of Linux, the same on every 64-bit architecture. */
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;

/**
 * Marks by shared record locks that belong to the open file (fcntl(2), "Open file description locks",
 * Linux 3.15). A directory can only be opened for reading, which allows no exclusive record lock on it; but
 * anybody may ask what an exclusive lock would meet.
 */
export function linuxLocks(library: Library): LockCalls {
  const { lastError } = library;
  const fcntl = library.func("fcntl", "int", ["int", "int", "void *"]);
  // struct flock: l_type, l_whence (0: from the start), l_start at byte 8, l_len at 16, l_pid (must be 0) at 24.
  const lock = new DataView(new ArrayBuffer(32));
  const call = (fd: number, command: number, type: number, at: number, length: number): number => {
    lock.setInt16(0, type, true);
    lock.setInt16(2, 0, true);
    lock.setBigInt64(8, BigInt(at), true);
    lock.setBigInt64(16, BigInt(length), true);
    lock.setInt32(24, 0, true);
    return fcntl(fd, command, lock);
  };
  return {
    lockShared: (fd, at) => (call(fd, F_OFD_SETLK, F_RDLCK, at, 1) === 0 ? undefined : lastError()),
    isLocked(fd, at, length): Result<boolean> {
      if (call(fd, F_OFD_GETLK, F_WRLCK, at, length) !== 0) return lastError();
      return lock.getInt16(0, true) !== F_UNLCK;
    },
  };
}
