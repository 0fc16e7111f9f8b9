import type { BytePath } from "./byte-path.ts";
import { type FileColumns, FileTable, NO_ROOT } from "./file-table.ts";

/** A directory that is not in the tree. */
export interface AddedDir {
  readonly path: BytePath;
  /** Length of the path up to which it may contain symbolic links. */
  readonly baseLength: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
}

/** A file that is not in the tree. Sizes in bytes, times in nanoseconds since 1970. */
export interface AddedFile {
  /** Index into the added directories. */
  readonly dir: number;
  readonly name: BytePath;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly allocated: number;
  readonly mtime: bigint;
  readonly ctime: bigint;
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly kind: number;
}

/**
 * Extends a tree's table by files that are not in the tree, such as the entries of a content store. A plan for the
 * tree can name their rows as keepers, if it is executed with the extended table.
 *
 * The first `table.count` rows are those of the tree. The added rows follow in the order given; they belong to no
 * root (`NO_ROOT`). The columns are copied: about 100 ms for a million rows.
 */
export function appendRows(
  table: FileTable,
  dirs: readonly AddedDir[],
  files: readonly AddedFile[],
): FileTable {
  const { columns, dirBytes, dirEnds, dirBases, dirRoots, dirIdentities, dirTimes } =
    table.shared();
  const devices = [...table.devices];
  const deviceIndex = (device: bigint): number => {
    const index = devices.indexOf(device);
    return index >= 0 ? index : devices.push(device) - 1;
  };
  const nameBytes = files.map(({ name }) => Buffer.from(name, "latin1"));
  const names = Buffer.concat(nameBytes);
  const pathBytes = dirs.map(({ path }) => Buffer.from(path, "latin1"));
  const added: FileColumns = {
    names,
    nameEnds: endsOf(nameBytes, columns.names.length),
    dir: Uint32Array.from(files, ({ dir }) => table.dirCount + dir),
    device: Uint16Array.from(files, ({ device }) => deviceIndex(device)),
    inode: BigUint64Array.from(files, ({ inode }) => inode),
    size: Float64Array.from(files, ({ size }) => size),
    allocated: Float64Array.from(files, ({ allocated }) => allocated),
    mtime: BigInt64Array.from(files, ({ mtime }) => mtime),
    ctime: BigInt64Array.from(files, ({ ctime }) => ctime),
    mode: Uint32Array.from(files, ({ mode }) => mode),
    uid: Uint32Array.from(files, ({ uid }) => uid),
    gid: Uint32Array.from(files, ({ gid }) => gid),
    links: Uint32Array.from(files, ({ links }) => links),
    kind: Uint8Array.from(files, ({ kind }) => kind),
  };
  return new FileTable({
    count: table.count + files.length,
    columns: joinColumns(columns, added),
    devices,
    dirBytes: joined(dirBytes, Buffer.concat(pathBytes)),
    dirEnds: joined(dirEnds, endsOf(pathBytes, dirBytes.length)),
    dirBases: joined(
      dirBases,
      Uint32Array.from(dirs, ({ baseLength }) => baseLength),
    ),
    dirRoots: joined(dirRoots, new Uint32Array(dirs.length).fill(NO_ROOT)),
    dirIdentities: joined(
      dirIdentities,
      BigUint64Array.from(dirs.flatMap(({ device, inode }) => [device, inode])),
    ),
    dirTimes: joined(
      dirTimes,
      BigInt64Array.from(dirs, ({ mtime }) => mtime),
    ),
  });
}

/** The offset after each piece, if the first one begins at `start`. */
function endsOf(pieces: readonly Buffer[], start: number): Uint32Array {
  let end = start;
  return Uint32Array.from(pieces, ({ length }) => (end += length));
}

function joinColumns(columns: FileColumns, added: FileColumns): FileColumns {
  const entries = Object.entries(columns).map(([name, column]: [string, Column]) => [
    name,
    joined(column, added[name as keyof FileColumns]),
  ]);
  return Object.fromEntries(entries);
}

type Column = FileColumns[keyof FileColumns];

/** A column with further entries, in memory that threads share if they share the column's. */
function joined<T extends Column>(column: T, added: T): T {
  const bytes = column.byteLength + added.byteLength;
  const isShared = column.buffer instanceof SharedArrayBuffer;
  const memory = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const all = new Uint8Array(memory);
  all.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  all.set(new Uint8Array(added.buffer, added.byteOffset, added.byteLength), column.byteLength);
  const Columns = column.constructor as new (memory: ArrayBufferLike) => T;
  return Buffer.isBuffer(column) ? (all as unknown as T) : new Columns(memory);
}
