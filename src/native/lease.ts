import { isErrno } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { Native, Writer } from "./types.ts";

/** fcntl.h and signal.h of Linux, the same on every architecture that Node runs on. */
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
const SIGIO = 29;
const SIG_DFL = 0;
const SIG_IGN = 1;

/**
 * These refuse a lease with EAGAIN also where their server merely did not promise them one
 * (nfs4_add_lease and cifs_setlease in the kernel's sources): it tells nothing about writers.
 */
const REMOTE = new Set(["nfs", "cifs", "smb", "smb2"]);

/**
 * Who writes to a file, seen through a read lease (fcntl(2)): the kernel refuses it with EAGAIN while
 * anybody has the file open, or mapped, for writing. It ends with its descriptor.
 *
 * While the lease is held (some microseconds) a program that opens the file for writing waits, or gets
 * EWOULDBLOCK if it asked for O_NONBLOCK, and we are sent SIGIO, which would end the process. So that is
 * ignored from the first time on, unless somebody handles it; programs that Node starts do not inherit
 * this (uv_spawn sets every signal to its default).
 */
export function linuxWriters(
  library: Library,
  fileSystem: Native["fileSystem"],
  opening: Pick<Native, "close">,
): Pick<Native, "writerOf" | "closeTellingWriter"> {
  const { lastError } = library;
  const fcntl = library.func("fcntl", "int", ["int", "int", "int"]);
  let prepared = false;

  /** "free": the lease is held. */
  function takeLease(fd: number): Writer {
    if (!prepared) ignoreSigio(library);
    prepared = true;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) === 0) return "free";
    if (lastError().code !== "EAGAIN") return "unknown";
    const where = fileSystem(fd);
    return isErrno(where) || REMOTE.has(where.type) ? "unknown" : "writer";
  }

  return {
    writerOf(fd) {
      const writer = takeLease(fd);
      if (writer === "free") fcntl(fd, F_SETLEASE, F_UNLCK);
      return writer;
    },
    closeTellingWriter(fd) {
      const writer = takeLease(fd);
      opening.close(fd);
      return writer;
    },
  };
}

/** Of a handler the address is told; it is put back. */
function ignoreSigio({ func }: Library): void {
  const signal = func("signal", "intptr_t", ["int", "intptr_t"]);
  const before = signal(SIGIO, SIG_IGN);
  if (before !== SIG_DFL && before !== SIG_IGN) signal(SIGIO, before);
}
