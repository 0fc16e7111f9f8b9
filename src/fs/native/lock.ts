import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** flock(2): the same numbers on Linux and macOS. */
const LOCK_EX = 2;
const LOCK_NB = 4;

/** The advisory lock of a whole open file. It belongs to the open file, not to the process: a second open of one process finds it busy. */
export function lockCall(library: Library): Native["tryLock"] {
  const { lastError } = library;
  const flock = library.func("flock", "int", ["int", "int"]);
  return (fd) => {
    if (flock(fd, LOCK_EX | LOCK_NB) === 0) return "locked";
    const error = lastError();
    return error === "EAGAIN" ? "busy" : error;
  };
}
