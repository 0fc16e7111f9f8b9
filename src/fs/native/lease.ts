import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** fcntl.h of Linux, the same on every architecture that Node runs on. */
const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
const SIGURG = 23;

/**
 * These refuse a lease with EAGAIN also where their server merely did not promise them one
 * (nfs4_add_lease and cifs_setlease in the kernel's sources): it tells nothing about writers.
 */
const REMOTE = new Set(["nfs", "cifs", "smb", "smb2"]);

/**
 * Who writes to a file, seen through a read lease (fcntl(2)): the kernel refuses it with EAGAIN while
 * anybody has the file open, or mapped, for writing.
 *
 * While the lease is held (some microseconds) a program that opens the file for writing waits, or gets
 * EWOULDBLOCK if it asked for O_NONBLOCK, and we are sent a signal. That is SIGIO, which ends the
 * process; so another one, which nobody minds, is chosen first.
 */
export function linuxWriterOf(
  library: Library,
  fileSystem: Native["fileSystem"],
): Native["writerOf"] {
  const { lastError } = library;
  const fcntl = library.func("fcntl", "int", ["int", "int", "int"]);
  return (fd) => {
    if (fcntl(fd, F_SETSIG, SIGURG) !== 0) return "unknown";
    if (fcntl(fd, F_SETLEASE, F_RDLCK) === 0) {
      fcntl(fd, F_SETLEASE, F_UNLCK);
      return "free";
    }
    if (lastError() !== "EAGAIN") return "unknown";
    const where = fileSystem(fd);
    return typeof where === "string" || REMOTE.has(where.type) ? "unknown" : "writer";
  };
}
