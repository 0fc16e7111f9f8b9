import { attributeCalls, linuxAttributes } from "./attributes.ts";
import { linuxReadDir } from "./read-dir.ts";
import { linuxExtents } from "./extents.ts";
import { linuxFileSystem } from "./file-system.ts";
import { linuxWriters } from "./lease.ts";
import type { CFunction, Library } from "./load.ts";
import { linuxLocks } from "./locks.ts";
import { linkCalls } from "./links.ts";
import { linuxOpenBelow, openCalls } from "./open.ts";
import { linuxSharing } from "./sharing.ts";
import { linuxSync } from "./sync.ts";
import { statxCalls } from "./statx.ts";
import { timeCalls } from "./times.ts";
import type { Native } from "./types.ts";

/** System call numbers (asm/unistd_64.h; arm64: asm-generic/unistd.h). */
const SYSTEM_CALLS = {
  x64: { getdents64: 217, renameat2: 316, statx: 332, openat2: 437 },
  arm64: { getdents64: 61, renameat2: 276, statx: 291, openat2: 437 },
} as const;

/** bits/fcntl-linux.h, the same on both architectures. */
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const O_CLOEXEC = 0o2000000;
const UTIME_OMIT = 0x3ffffffen;
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;

/** The calls on Linux (glibc or musl, x86-64 or arm64); undefined on another architecture, where numbers and layouts were not looked up. */
export function linux(library: Library, architecture: string): Native | undefined {
  if (architecture !== "x64" && architecture !== "arm64") return undefined;
  const numbers = SYSTEM_CALLS[architecture];
  const cwd = AT_FDCWD;
  const fileSystem = linuxFileSystem(library);
  // The wrappers are younger than the calls: glibc has both since 2.28, musl got them late.
  const renameat2 = wrapperOrNumber(library, "renameat2", numbers.renameat2, [
    "int",
    "str",
    "int",
    "str",
    "uint",
  ]);
  const statxBy = (nameType: string): CFunction =>
    wrapperOrNumber(library, "statx", numbers.statx, ["int", nameType, "int", "uint", "void *"]);
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
      NO_REPLACE: RENAME_NOREPLACE,
    }),
    ...opening,
    ...statxCalls(library, statxBy("str"), statxBy("uintptr_t")),
    ...timeCalls(library, { cwd, NO_FOLLOW: AT_SYMLINK_NOFOLLOW, OMIT: UTIME_OMIT }),
    ...attributeCalls(library, linuxAttributes(library)),
    ...linuxLocks(library),
    ...linuxSharing(library),
    ...linuxWriters(library, fileSystem, opening),
    entries: linuxReadDir(library, numbers.getdents64),
    extents: linuxExtents(library),
    syncFileSystem: linuxSync(library),
    fileSystem,
  };
}

/** The C library's function, or the system call by its number where the library has none. */
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
