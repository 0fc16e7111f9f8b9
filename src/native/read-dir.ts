import type { BytePath } from "../core/byte-path.ts";
import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** What the C library asks for at once too. */
const BYTES_AT_ONCE = 32 * 1024;
/** struct linux_dirent64 (getdents64(2)): where its length, the type and the name stand. */
const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
const DT_UNKNOWN = 0;
const DT_DIR = 4;
const DT_REG = 8;
const DT_LNK = 10;
const DOT = 46;

/** Reads directories without an object an entry, which Node's `readdir` makes. */
export function linuxReadDir(library: Library, SYS_getdents64: number): Native["entries"] {
  const { lastError } = library;
  const syscall = library.func("syscall", "long", ["long", "int", "void *", "size_t"]);
  const memory = new ArrayBuffer(BYTES_AT_ONCE);
  const bytes = Buffer.from(memory);
  const u16 = new Uint16Array(memory);

  return (dir) => {
    const files: BytePath[] = [];
    const dirs: BytePath[] = [];
    const symlinks: BytePath[] = [];
    let count = 0;
    for (;;) {
      const got = syscall(SYS_getdents64, dir, bytes, BYTES_AT_ONCE);
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
    // Of strings with one byte a char this is the order of their bytes.
    return { files: files.sort(), dirs: dirs.sort(), symlinks: symlinks.sort(), count };
  };
}

/** `.` and `..`. */
function isDots(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    bytes[start] === DOT && (end - start === 1 || (end - start === 2 && bytes[start + 1] === DOT))
  );
}
