import { isErrno } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { Native, Writer } from "./types.ts";

/** fcntl.h and signal.h of Linux; the same on every architecture that Node supports. */
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
const SIGIO = 29;
const SIG_DFL = 0;
const SIG_IGN = 1;

/**
 * These refuse a lease with EAGAIN also if their server merely granted none (nfs4_add_lease and cifs_setlease in the
 * kernel's sources), so EAGAIN says nothing about writers.
 */
const REMOTE = new Set(["nfs", "cifs", "smb", "smb2"]);

/**
 * Detects writers with a read lease (fcntl(2)): the kernel refuses it with EAGAIN while a process has the file open,
 * or mapped, for writing. A lease ends with its descriptor.
 *
 * For the microseconds in which the lease exists, a program that opens the file for writing waits, or gets
 * EWOULDBLOCK if it passes O_NONBLOCK, and this process receives SIGIO, which would end it. The first call
 * therefore ignores SIGIO, unless a handler is installed. Programs that Node starts do not inherit that: uv_spawn
 * resets every signal to its default.
 */
export function linuxWriters(
  library: Library,
  fileSystemType: Native["fileSystemType"],
  opening: Pick<Native, "close">,
): Pick<Native, "writerOf" | "closeAndCheckWriter"> {
  const { lastError } = library;
  const fcntl = library.func("fcntl", "int", ["int", "int", "int"]);
  let ignoresSigio = false;

  /** After "free", the lease exists. */
  function takeLease(fd: number): Writer {
    if (!ignoresSigio) ignoreSigio(library);
    ignoresSigio = true;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) === 0) return "free";
    if (lastError().code !== "EAGAIN") return "unknown";
    const type = fileSystemType(fd);
    return isErrno(type) || REMOTE.has(type) ? "unknown" : "writer";
  }

  return {
    writerOf(fd) {
      const writer = takeLease(fd);
      if (writer === "free") fcntl(fd, F_SETLEASE, F_UNLCK);
      return writer;
    },
    closeAndCheckWriter(fd) {
      const writer = takeLease(fd);
      opening.close(fd);
      return writer;
    },
  };
}

/** Restores a handler, the address of which signal(2) returns. */
function ignoreSigio({ func }: Library): void {
  const signal = func("signal", "intptr_t", ["int", "intptr_t"]);
  const before = signal(SIGIO, SIG_IGN);
  if (before !== SIG_DFL && before !== SIG_IGN) signal(SIGIO, before);
}
