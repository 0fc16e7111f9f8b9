import type { Library } from "./load.ts";
import type { LockCalls } from "./types.ts";

/** fcntl.h of Linux; the same on every 64-bit architecture. */
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;

/**
 * Open file description locks (fcntl(2), Linux 3.15). A directory can only be opened for reading, which permits only
 * shared locks (an exclusive one fails with EBADF); but F_OFD_GETLK may still test for an exclusive one, and so finds the shared locks of others.
 */
export function linuxLocks(library: Library): LockCalls {
  const { lastError } = library;
  const fcntl = library.func("fcntl", "int", ["int", "int", "void *"]);
  // struct flock: l_type, l_whence (SEEK_SET), l_start at byte 8, l_len at 16, l_pid (must be 0) at 24.
  const lock = new DataView(new ArrayBuffer(32));
  const call = (
    fd: number,
    command: number,
    type: number,
    position: number,
    length: number,
  ): number => {
    lock.setInt16(0, type, true);
    lock.setInt16(2, 0, true);
    lock.setBigInt64(8, BigInt(position), true);
    lock.setBigInt64(16, BigInt(length), true);
    lock.setInt32(24, 0, true);
    return fcntl(fd, command, lock);
  };
  return {
    lockShared: (fd, position) =>
      call(fd, F_OFD_SETLK, F_RDLCK, position, 1) === 0 ? undefined : lastError(),
    lockExclusive: (fd, position) =>
      call(fd, F_OFD_SETLK, F_WRLCK, position, 1) === 0 ? undefined : lastError(),
    isLocked(fd, position, length) {
      if (call(fd, F_OFD_GETLK, F_WRLCK, position, length) !== 0) return lastError();
      return lock.getInt16(0, true) !== F_UNLCK;
    },
  };
}
