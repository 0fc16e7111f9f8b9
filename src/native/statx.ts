import type { BytePath } from "../core/byte-path.ts";
import { type Result, isErrno } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { CFunction, Library } from "./load.ts";
import { StatBuffer } from "./stat-buffer.ts";
import type { StatCalls } from "./types.ts";

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
const BY_NAME = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
const STATX_BASIC_STATS = 0x7ff;

/** The calls by statx(2), whose result has the same layout on every architecture. */
export function statxCalls(library: Library, statx: CFunction): StatCalls {
  const { lastError } = library;
  const buffer = new StatBuffer();

  function statInto(dir: number, name: BytePath, into: StatBuffer): Result {
    const failed = statx(dir, cPath(name), BY_NAME, STATX_BASIC_STATS, into.memory);
    return failed === 0 ? undefined : lastError();
  }

  function fstatInto(fd: number, into: StatBuffer): Result {
    const failed = statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, into.memory);
    return failed === 0 ? undefined : lastError();
  }

  return {
    statInto,
    fstatInto,
    statAt(dir, name) {
      const done = statInto(dir, name, buffer);
      return isErrno(done) ? done : buffer.toStat();
    },
    statFd(fd) {
      const done = fstatInto(fd, buffer);
      return isErrno(done) ? done : buffer.toStat();
    },
  };
}
