import type { BytePath } from "../core/byte-path.ts";

const NO_BYTE_OF_A_PATH = /[\0\u0100-\uffff]/;
const NOT_PLAIN = /[^\u0001-\u007f]/;

/**
 * What a C function's `str` parameter takes for this path: an ASCII path as it is (koffi copies it),
 * any other as bytes with the NUL behind them.
 *
 * A NUL, or a char that is no byte, is a bug of the caller and throws: C would silently take another
 * name, which may be another file.
 */
export function cPath(path: BytePath): string | Buffer {
  return NOT_PLAIN.test(path) ? nulTerminated(path) : path;
}

function nulTerminated(path: BytePath): Buffer {
  if (NO_BYTE_OF_A_PATH.test(path))
    throw new TypeError(`Not a path of bytes: ${JSON.stringify(path)}`);
  const bytes = Buffer.alloc(path.length + 1);
  bytes.write(path, "latin1");
  return bytes;
}
