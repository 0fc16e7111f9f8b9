import { constants } from "node:fs";
import type { BytePath } from "../core/byte-path.ts";
import { type Result, errno, isErrno } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { Library } from "./load.ts";
import type { OpenCalls } from "./types.ts";

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } =
  constants;
/** Linux only. */
const { O_NOATIME = 0 } = constants;

/** What differs between systems. */
export interface OpenSystem {
  /** AT_FDCWD. */
  readonly cwd: number;
  /** O_CLOEXEC, which Node does not export. */
  readonly CLOEXEC: number;
  /** openat(2) with a mode, a variadic argument that some systems pass differently. */
  create(dir: number, name: string | Buffer, flags: number, mode: number): number;
  /** `openDirAt` in a single call; answers undefined if the kernel does not support it. */
  openBelow?(dir: number, path: BytePath, flags: number): Result<number> | undefined;
}

export function openCalls(library: Library, system: OpenSystem): OpenCalls {
  const { lastError } = library;
  const openat = library.func("openat", "int", ["int", "str", "int"]);
  const close = library.func("close", "int", ["int"]);
  const pread = library.func("pread", "intptr_t", ["int", "void *", "size_t", "int64_t"]);
  const DIR = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | system.CLOEXEC;
  const FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | system.CLOEXEC;
  const NEW = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | system.CLOEXEC;

  function open(dir: number, name: BytePath, flags: number): Result<number> {
    const fd = openat(dir, cPath(name), flags);
    return fd >= 0 ? fd : lastError();
  }

  /** Opens one component after the other, as `O_NOFOLLOW` applies only to the last component of a path. */
  function openStepwise(dir: number, path: BytePath): Result<number> {
    if (path.startsWith("/")) return errno("EXDEV");
    let current = open(dir, ".", DIR);
    for (const name of path.split("/")) {
      if (isErrno(current)) return current;
      if (name === "" || name === ".") continue;
      const next: Result<number> = name === ".." ? errno("EXDEV") : open(current, name, DIR);
      close(current);
      current = next;
    }
    return current;
  }

  return {
    openDir: (path) => open(system.cwd, path, DIR),
    openDirAt(dir, path) {
      const direct = system.openBelow?.(dir, path === "" ? "." : path, DIR);
      return direct ?? openStepwise(dir, path);
    },
    openFileAt(dir, name) {
      const fd = open(dir, name, FILE | O_NOATIME);
      return isErrno(fd) && fd.code === "EPERM" && O_NOATIME !== 0 ? open(dir, name, FILE) : fd;
    },
    read(fd, buffer, length, position) {
      const got = pread(fd, buffer, length, position);
      return got >= 0 ? got : lastError();
    },
    createFileAt(dir, name, mode) {
      const fd = system.create(dir, cPath(name), NEW, mode);
      return fd >= 0 ? fd : lastError();
    },
    close: (fd) => (close(fd) === 0 ? undefined : lastError()),
  };
}

/** openat2(2), since Linux 5.6. */
const RESOLVE_NO_MAGICLINKS = 0x02n;
const RESOLVE_NO_SYMLINKS = 0x04n;
const RESOLVE_BENEATH = 0x08n;

/** `openBelow` by openat2, for which C libraries have no wrapper. */
export function linuxOpenBelow(
  library: Library,
  SYS_openat2: number,
): NonNullable<OpenSystem["openBelow"]> {
  const { lastError } = library;
  const syscall = library.func("syscall", "long", ["long", "int", "str", "void *", "size_t"]);
  // struct open_how: flags, mode, resolve.
  const how = new BigUint64Array(new ArrayBuffer(24));
  let missing = false;
  return (dir, path, flags) => {
    if (missing) return undefined;
    how[0] = BigInt(flags);
    how[2] = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const fd = syscall(SYS_openat2, dir, cPath(path), how, how.byteLength);
    if (fd >= 0) return fd;
    const error = lastError();
    // EPERM: the seccomp filter of a container that does not know the call; opening a directory never fails with it.
    if (error.code !== "ENOSYS" && error.code !== "EPERM") return error;
    missing = true;
    return undefined;
  };
}
