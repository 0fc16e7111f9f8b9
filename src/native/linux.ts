import { attributeCalls, linuxAttributes } from "./attributes.ts";
import { linuxReadDir, linuxReadInodes } from "./read-dir.ts";
import { linuxExtents } from "./extents.ts";
import { linuxFileSystemType } from "./file-system.ts";
import { linuxWriters } from "./lease.ts";
import type { CFunction, Library } from "./load.ts";
import { linuxLocks } from "./locks.ts";
import { linkCalls } from "./links.ts";
import { linuxOpenBelow, openCalls } from "./open.ts";
import { linuxSharing } from "./sharing.ts";
import { statxCalls } from "./statx.ts";
import { timeCalls } from "./times.ts";
import type { Native } from "./types.ts";

/** System call numbers (asm/unistd_64.h; arm64: asm-generic/unistd.h). */
const SYSTEM_CALLS = {
  x64: { getdents64: 217, renameat2: 316, statx: 332, openat2: 437 },
  arm64: { getdents64: 61, renameat2: 276, statx: 291, openat2: 437 },
} as const;

/** bits/fcntl-linux.h; the same on both architectures. */
const AT_FDCWD = -100;
const O_CLOEXEC = 0o2000000;
const UTIME_OMIT = 0x3ffffffen;
const RENAME_EXCHANGE = 2;
const AT_REMOVEDIR = 0x200;

/**
 * The calls on Linux (glibc or musl, x86-64 or arm64). Undefined on other architectures, whose system call numbers and
 * struct layouts may differ.
 */
export function linux(library: Library, architecture: string): Native | undefined {
  if (architecture !== "x64" && architecture !== "arm64") return undefined;
  const numbers = SYSTEM_CALLS[architecture];
  const cwd = AT_FDCWD;
  const fileSystemType = linuxFileSystemType(library);
  const syncfs = library.func("syncfs", "int", ["int"]);
  // The wrappers are younger than the system calls: glibc has both since 2.28.
  const renameat2 = wrapperOrNumber(library, "renameat2", numbers.renameat2, [
    "int",
    "str",
    "int",
    "str",
    "uint",
  ]);
  const statx = wrapperOrNumber(library, "statx", numbers.statx, [
    "int",
    "str",
    "int",
    "uint",
    "void *",
  ]);
  const opening = openCalls(library, {
    cwd,
    CLOEXEC: O_CLOEXEC,
    create: library.func("openat", "int", ["int", "str", "int", "uint"]),
    openBelow: linuxOpenBelow(library, numbers.openat2),
  });
  return {
    ...linkCalls(library, {
      cwd,
      renameWithFlags: renameat2,
      EXCHANGE: RENAME_EXCHANGE,
      REMOVEDIR: AT_REMOVEDIR,
    }),
    ...opening,
    ...statxCalls(library, statx),
    ...timeCalls(library, UTIME_OMIT),
    ...attributeCalls(library, linuxAttributes(library)),
    ...linuxLocks(library),
    ...linuxSharing(library),
    ...linuxWriters(library, fileSystemType, opening),
    readDir: linuxReadDir(library, numbers.getdents64),
    readInodes: linuxReadInodes(library, numbers.getdents64),
    extents: linuxExtents(library),
    syncFileSystem: (fd) => (syncfs(fd) === 0 ? undefined : library.lastError()),
    fileSystemType,
  };
}

/** The C library's function, or the system call by its number if the library lacks one. */
function wrapperOrNumber(
  library: Library,
  name: string,
  number: number,
  parameters: readonly string[],
): CFunction {
  try {
    return library.func(name, "int", parameters);
  } catch {
    const syscall = library.func("syscall", "long", ["long", ...parameters]);
    return (...values) => syscall(number, ...values);
  }
}
