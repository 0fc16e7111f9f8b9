import fs from "node:fs";
import { type BytePath, join, toNative } from "../core/byte-path.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { CFunction, Library } from "./load.ts";
import { StatBuffer } from "./stat-buffer.ts";
import type { FileStat, StatCalls } from "./types.ts";

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
const AT_FDCWD = -100;
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

  // A seccomp filter that does not know statx answers EPERM, to which the C library has no fallback.
  if (isErrno(statInto(AT_FDCWD, "/", new StatBuffer()))) return statByNode();
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

/** The same calls by Node, which uses older system calls where statx fails. Reaches entries through `/proc`. */
function statByNode(): StatCalls {
  const statOf = (dir: number, name: BytePath): fs.BigIntStats => {
    const path = dir === AT_FDCWD ? name : join(`/proc/self/fd/${dir}`, name);
    return fs.lstatSync(toNative(path), { bigint: true });
  };
  const toStat = (stat: fs.BigIntStats): FileStat => {
    const into = new StatBuffer();
    into.fill(stat);
    return into.toStat();
  };
  return {
    statInto: (dir, name, into) => tryErrno(() => into.fill(statOf(dir, name))),
    fstatInto: (fd, into) => tryErrno(() => into.fill(fs.fstatSync(fd, { bigint: true }))),
    statAt: (dir, name) => tryErrno(() => toStat(statOf(dir, name))),
    statFd: (fd) => tryErrno(() => toStat(fs.fstatSync(fd, { bigint: true }))),
  };
}
