import type { FileColumns } from "../core/file-table.ts";

/** Allocates memory of some number of bytes. */
type Allocate = (bytes: number) => ArrayBuffer | SharedArrayBuffer;

/** Memory of one thread, not zeroed: it is written before it is read. */
export const unfilled: Allocate = (bytes) => Buffer.allocUnsafeSlow(bytes).buffer;
/** Memory that all threads share. */
export const shared: Allocate = (bytes) => new SharedArrayBuffer(bytes);

/** Bytes of one row in all columns but the names. */
const ROW_BYTES = 5 * 8 + 6 * 4 + 2 + 1;

/**
 * Makes columns for `rows` files whose names take `nameBytes`, in one piece of memory that can be transferred
 * to another thread or shared. The widest columns come first, so that each is aligned.
 */
export function makeColumns(rows: number, nameBytes: number, allocate: Allocate): FileColumns {
  const memory = allocate(rows * ROW_BYTES + nameBytes) as ArrayBuffer;
  let used = 0;
  const take = (width: number): number => {
    const start = used;
    used += rows * width;
    return start;
  };
  return {
    inode: new BigUint64Array(memory, take(8), rows),
    size: new Float64Array(memory, take(8), rows),
    allocated: new Float64Array(memory, take(8), rows),
    mtime: new BigInt64Array(memory, take(8), rows),
    ctime: new BigInt64Array(memory, take(8), rows),
    nameEnds: new Uint32Array(memory, take(4), rows),
    dir: new Uint32Array(memory, take(4), rows),
    mode: new Uint32Array(memory, take(4), rows),
    uid: new Uint32Array(memory, take(4), rows),
    gid: new Uint32Array(memory, take(4), rows),
    links: new Uint32Array(memory, take(4), rows),
    device: new Uint16Array(memory, take(2), rows),
    kind: new Uint8Array(memory, take(1), rows),
    names: new Uint8Array(memory, used, nameBytes),
  };
}

/** Copies rows `from` to `to - 1` of every column but the names' bytes to the row `at`. */
export function copyColumns(
  source: FileColumns,
  target: FileColumns,
  from: number,
  to: number,
  at: number,
): void {
  target.nameEnds.set(source.nameEnds.subarray(from, to), at);
  target.dir.set(source.dir.subarray(from, to), at);
  target.device.set(source.device.subarray(from, to), at);
  target.inode.set(source.inode.subarray(from, to), at);
  target.size.set(source.size.subarray(from, to), at);
  target.allocated.set(source.allocated.subarray(from, to), at);
  target.mtime.set(source.mtime.subarray(from, to), at);
  target.ctime.set(source.ctime.subarray(from, to), at);
  target.mode.set(source.mode.subarray(from, to), at);
  target.uid.set(source.uid.subarray(from, to), at);
  target.gid.set(source.gid.subarray(from, to), at);
  target.links.set(source.links.subarray(from, to), at);
  target.kind.set(source.kind.subarray(from, to), at);
}
