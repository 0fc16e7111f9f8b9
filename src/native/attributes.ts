import type { BytePath } from "../core/byte-path.ts";
import { type Result, errno, isErrno } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { Library } from "./load.ts";
import type { Attribute, AttributeCalls } from "./types.ts";

/** A path, of which symbolic links are not followed, or an open file. */
type File = BytePath | number;

/** The four calls, for paths and descriptors alike. They answer -1 on failure; with `null` and 0, the size in bytes. */
export interface AttributeSystem {
  list(file: File, into: Buffer | null, size: number): number;
  get(file: File, name: string, into: Buffer | null, size: number): number;
  set(file: File, name: string, value: Uint8Array): number;
  remove(file: File, name: string): number;
  /** The errno of an attribute that does not exist. */
  readonly MISSING: string;
}

/** How often to retry when a list or value grows while it is read. */
const TRIES = 8;

export function attributeCalls(library: Library, system: AttributeSystem): AttributeCalls {
  const { lastError } = library;
  // Most lists and values have a few dozen bytes.
  let buffer = Buffer.allocUnsafeSlow(4096);

  /** Calls with a buffer that is long enough. The result is at the start of `buffer`. */
  function read(call: (into: Buffer | null, size: number) => number): Result<number> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const length = call(buffer, buffer.length);
      if (length >= 0) return length;
      const error = lastError();
      if (error.code !== "ERANGE") return error;
      const needed = call(null, 0);
      if (needed < 0) return lastError();
      if (needed > buffer.length) buffer = Buffer.allocUnsafeSlow(needed);
    }
    return errno("ERANGE");
  }

  function names(file: File): Result<string[]> {
    const length = read((into, size) => system.list(file, into, size));
    if (isErrno(length)) return length.code === "ENOTSUP" ? [] : length;
    if (length === 0) return [];
    // A NUL terminates each name.
    return buffer.toString("latin1", 0, length - 1).split("\0");
  }

  function attributes(file: File): Result<Attribute[]> {
    const list = names(file);
    if (isErrno(list)) return list;
    const found: Attribute[] = [];
    for (const name of list.toSorted()) {
      const length = read((into, size) => system.get(file, name, into, size));
      if (isErrno(length)) {
        if (length.code === system.MISSING) continue; // removed since it was listed
        return length;
      }
      found.push({ name, value: Buffer.from(buffer.subarray(0, length)) });
    }
    return found;
  }

  return {
    attributes,
    attributeListLength(file) {
      const length = system.list(file, null, 0);
      if (length >= 0) return length;
      const error = lastError();
      return error.code === "ENOTSUP" ? 0 : error;
    },
    setAttribute: (file, name, value) =>
      system.set(file, name, value) === 0 ? undefined : lastError(),
    removeAttribute: (file, name) => (system.remove(file, name) === 0 ? undefined : lastError()),
  };
}

/** The Linux calls (listxattr(2), getxattr(2), setxattr(2), removexattr(2)). */
export function linuxAttributes(library: Library): AttributeSystem {
  const llistxattr = library.func("llistxattr", "intptr_t", ["str", "void *", "size_t"]);
  const flistxattr = library.func("flistxattr", "intptr_t", ["int", "void *", "size_t"]);
  const lgetxattr = library.func("lgetxattr", "intptr_t", ["str", "str", "void *", "size_t"]);
  const fgetxattr = library.func("fgetxattr", "intptr_t", ["int", "str", "void *", "size_t"]);
  const lsetxattr = library.func("lsetxattr", "int", ["str", "str", "void *", "size_t", "int"]);
  const fsetxattr = library.func("fsetxattr", "int", ["int", "str", "void *", "size_t", "int"]);
  const lremovexattr = library.func("lremovexattr", "int", ["str", "str"]);
  const fremovexattr = library.func("fremovexattr", "int", ["int", "str"]);
  return {
    list: (file, into, size) =>
      typeof file === "number" ? flistxattr(file, into, size) : llistxattr(cPath(file), into, size),
    get: (file, name, into, size) =>
      typeof file === "number"
        ? fgetxattr(file, cPath(name), into, size)
        : lgetxattr(cPath(file), cPath(name), into, size),
    set: (file, name, value) =>
      typeof file === "number"
        ? fsetxattr(file, cPath(name), value, value.length, 0)
        : lsetxattr(cPath(file), cPath(name), value, value.length, 0),
    remove: (file, name) =>
      typeof file === "number"
        ? fremovexattr(file, cPath(name))
        : lremovexattr(cPath(file), cPath(name)),
    MISSING: "ENODATA",
  };
}
