import type { BytePath } from "../core/byte-path.ts";
import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** The buffer size of glibc. */
const BUFFER_SIZE = 32 * 1024;
/** The offsets of d_reclen, d_type and d_name in struct linux_dirent64 (getdents64(2)). */
const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
const DT_UNKNOWN = 0;
const DT_DIR = 4;
const DT_REG = 8;
const DT_LNK = 10;
const DOT = 46;

/** Visits the inode numbers of a directory's entries, each as two words of 32 bits, without reading their names. */
export function linuxReadInodes(library: Library, SYS_getdents64: number): Native["readInodes"] {
  const { lastError } = library;
  const syscall = library.func("syscall", "long", ["long", "int", "void *", "size_t"]);
  const memory = new ArrayBuffer(BUFFER_SIZE);
  const bytes = Buffer.from(memory);
  const u16 = new Uint16Array(memory);
  const u32 = new Uint32Array(memory);
  return (dir, visit) => {
    for (;;) {
      const got = syscall(SYS_getdents64, dir, bytes, BUFFER_SIZE);
      if (got < 0) return lastError();
      if (got === 0) return undefined;
      // d_ino is the first field; each entry begins at a multiple of 8.
      for (let at = 0; at < got; at += u16[(at + LENGTH_AT) / 2])
        visit(u32[at / 4], u32[at / 4 + 1]);
    }
  };
}

/** Reads directories without an object per entry, which Node's `readdir` creates. */
export function linuxReadDir(library: Library, SYS_getdents64: number): Native["readDir"] {
  const { lastError } = library;
  const syscall = library.func("syscall", "long", ["long", "int", "void *", "size_t"]);
  const memory = new ArrayBuffer(BUFFER_SIZE);
  const bytes = Buffer.from(memory);
  const u16 = new Uint16Array(memory);

  return (dir) => {
    const files: BytePath[] = [];
    const dirs: BytePath[] = [];
    const symlinks: BytePath[] = [];
    let count = 0;
    for (;;) {
      const got = syscall(SYS_getdents64, dir, bytes, BUFFER_SIZE);
      if (got < 0) return lastError();
      if (got === 0) break;
      for (let at = 0; at < got; at += u16[(at + LENGTH_AT) / 2]) {
        const start = at + NAME_AT;
        let end = start;
        while (bytes[end] !== 0) end += 1;
        if (isDots(bytes, start, end)) continue;
        count += 1;
        const type = bytes[at + TYPE_AT];
        if (type === DT_UNKNOWN) return undefined;
        if (type === DT_REG) files.push(bytes.toString("latin1", start, end));
        else if (type === DT_DIR) dirs.push(bytes.toString("latin1", start, end));
        else if (type === DT_LNK) symlinks.push(bytes.toString("latin1", start, end));
      }
    }
    // One char is one byte, so this is byte order.
    return { files: files.sort(), dirs: dirs.sort(), symlinks: symlinks.sort(), count };
  };
}

/** `.` and `..`. */
function isDots(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    bytes[start] === DOT && (end - start === 1 || (end - start === 2 && bytes[start + 1] === DOT))
  );
}
