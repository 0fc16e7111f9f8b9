import { type Result, errno } from "../core/result.ts";
import { type AttributeSystem, attributeCalls } from "./attributes.ts";
import { cPath } from "./c-path.ts";
import type { Library } from "./load.ts";
import type { StatBuffer } from "./stat-buffer.ts";
import { linkCalls } from "./links.ts";
import { openCalls } from "./open.ts";
import { timeCalls } from "./times.ts";
import type { FileStat, Native, StatCalls } from "./types.ts";

// Written from Apple's manual pages and headers (sys/fcntl.h, sys/stat.h, sys/mount.h, sys/xattr.h, sys/stdio.h).
// NOT TESTED on a Mac.

const AT_FDCWD = -2;
const AT_SYMLINK_NOFOLLOW = 0x20;
const O_CLOEXEC = 0x01000000;
const UTIME_OMIT = -2n;
const RENAME_SWAP = 2;
const AT_REMOVEDIR = 0x80;
const XATTR_NOFOLLOW = 1;
const NOT_IMPLEMENTED = errno("ENOSYS");
const SECOND = 1_000_000_000n;

/** The calls on macOS 10.13 and later. */
export function macos(library: Library, architecture: string): Native {
  const cwd = AT_FDCWD;
  const { lastError } = library;
  const renameatx = library.func("renameatx_np", "int", ["int", "str", "int", "str", "uint"]);
  // arm64 passes variadic arguments on the stack, so the declaration must be variadic.
  const openVariadic = library.func("openat", "int", ["int", "str", "int", "..."]);
  // On Intel, the plain names have 32-bit inode numbers.
  const inode64 = architecture === "x64" ? "$INODE64" : "";
  const statfs = library.func(`statfs${inode64}`, "int", ["str", "void *"]);
  const fstatfs = library.func(`fstatfs${inode64}`, "int", ["int", "void *"]);
  const out = Buffer.alloc(2304);
  const opening = openCalls(library, {
    cwd,
    CLOEXEC: O_CLOEXEC,
    create: (dir, name, flags, mode) => openVariadic(dir, name, flags, "int", mode),
  });
  return {
    ...linkCalls(library, {
      cwd,
      renameWithFlags: renameatx,
      EXCHANGE: RENAME_SWAP,
      REMOVEDIR: AT_REMOVEDIR,
    }),
    ...opening,
    ...statCalls(library, inode64),
    ...timeCalls(library, UTIME_OMIT),
    ...attributeCalls(library, macosAttributes(library)),
    // macOS clones by name (clonefile(2), which `fs.copyFile` with COPYFILE_FICLONE_FORCE calls).
    clone: () => NOT_IMPLEMENTED,
    dedupeRange: () => NOT_IMPLEMENTED,
    extents: () => NOT_IMPLEMENTED,
    writerOf: () => "unknown",
    closeAndCheckWriter(fd) {
      opening.close(fd);
      return "unknown";
    },
    lockShared: () => NOT_IMPLEMENTED,
    lockExclusive: () => NOT_IMPLEMENTED,
    isLocked: () => NOT_IMPLEMENTED,
    readDir: undefined,
    readInodes: () => NOT_IMPLEMENTED,
    syncFileSystem: () => NOT_IMPLEMENTED,
    fileSystemType(file) {
      const result = typeof file === "number" ? fstatfs(file, out) : statfs(cPath(file), out);
      if (result !== 0) return lastError();
      // struct statfs: f_fstypename[16] at byte 72.
      const name = out.toString("latin1", 72, 88);
      return name.slice(0, name.indexOf("\0"));
    },
  };
}

/** struct stat with 64-bit inode numbers (144 bytes). */
function statCalls(library: Library, inode64: string): StatCalls {
  const { lastError } = library;
  const fstatat = library.func(`fstatat${inode64}`, "int", ["int", "str", "void *", "int"]);
  const fstat = library.func(`fstat${inode64}`, "int", ["int", "void *"]);
  const out = Buffer.alloc(256);
  const read = (): FileStat => ({
    dev: out.readInt32LE(0),
    ino: out.readBigUInt64LE(8),
    mode: out.readUInt16LE(4),
    uid: out.readUInt32LE(16),
    gid: out.readUInt32LE(20),
    nlink: out.readUInt16LE(6),
    size: Number(out.readBigInt64LE(96)),
    blocks: Number(out.readBigInt64LE(104)),
    atimeNs: out.readBigInt64LE(32) * SECOND + out.readBigInt64LE(40),
    mtimeNs: out.readBigInt64LE(48) * SECOND + out.readBigInt64LE(56),
    ctimeNs: out.readBigInt64LE(64) * SECOND + out.readBigInt64LE(72),
  });
  const answer = (result: number): Result<FileStat> => (result === 0 ? read() : lastError());
  const fill = (result: number, into: StatBuffer): Result => {
    if (result !== 0) return lastError();
    into.fill(read());
  };
  return {
    statInto: (dir, name, into) => fill(fstatat(dir, cPath(name), out, AT_SYMLINK_NOFOLLOW), into),
    fstatInto: (fd, into) => fill(fstat(fd, out), into),
    statAt: (dir, name) => answer(fstatat(dir, cPath(name), out, AT_SYMLINK_NOFOLLOW)),
    statFd: (fd) => answer(fstat(fd, out)),
  };
}

/** getxattr(2) and setxattr(2) take a position, for resource forks only, and all four calls take options. */
function macosAttributes(library: Library): AttributeSystem {
  const on = (call: string, result: string, file: string, ...rest: string[]) =>
    library.func(call, result, [file, ...rest]);
  const list = on("listxattr", "intptr_t", "str", "void *", "size_t", "int");
  const flist = on("flistxattr", "intptr_t", "int", "void *", "size_t", "int");
  const get = on("getxattr", "intptr_t", "str", "str", "void *", "size_t", "uint32", "int");
  const fget = on("fgetxattr", "intptr_t", "int", "str", "void *", "size_t", "uint32", "int");
  const set = on("setxattr", "int", "str", "str", "void *", "size_t", "uint32", "int");
  const fset = on("fsetxattr", "int", "int", "str", "void *", "size_t", "uint32", "int");
  const remove = on("removexattr", "int", "str", "str", "int");
  const fremove = on("fremovexattr", "int", "int", "str", "int");
  const OPTIONS = XATTR_NOFOLLOW;
  return {
    list: (file, into, size) =>
      typeof file === "number"
        ? flist(file, into, size, 0)
        : list(cPath(file), into, size, OPTIONS),
    get: (file, name, into, size) =>
      typeof file === "number"
        ? fget(file, cPath(name), into, size, 0, 0)
        : get(cPath(file), cPath(name), into, size, 0, OPTIONS),
    set: (file, name, value) =>
      typeof file === "number"
        ? fset(file, cPath(name), value, value.length, 0, 0)
        : set(cPath(file), cPath(name), value, value.length, 0, OPTIONS),
    remove: (file, name) =>
      typeof file === "number"
        ? fremove(file, cPath(name), 0)
        : remove(cPath(file), cPath(name), OPTIONS),
    // ENOATTR, number 93, has no name in Node.
    MISSING: "E93",
  };
}
