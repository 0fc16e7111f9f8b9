import type { BytePath } from "../core/byte-path.ts";

const NOT_A_PATH_BYTE = /[\0\u0100-\uffff]/;
const NOT_ASCII = /[^\u0001-\u007f]/;

/**
 * Converts a path for a C function's `str` parameter: an ASCII path stays a string, which koffi copies; any other
 * becomes NUL-terminated bytes.
 *
 * @throws TypeError for a NUL or a char above 255, a bug of the caller: C would silently use another name.
 */
export function cPath(path: BytePath): string | Buffer {
  return NOT_ASCII.test(path) ? nulTerminated(path) : path;
}

function nulTerminated(path: BytePath): Buffer {
  if (NOT_A_PATH_BYTE.test(path))
    throw new TypeError(`Not a path of bytes: ${JSON.stringify(path)}`);
  const bytes = Buffer.alloc(path.length + 1);
  bytes.write(path, "latin1");
  return bytes;
}
