import { type BytePath, join } from "../core/byte-path.ts";
import { type FileTable, wordsOf } from "../core/file-table.ts";
import { type Entries, type State, Status, entriesOf, nameStart } from "./state.ts";

/** How often a path was remade; see `Entries`. */
export interface RemadeCounts {
  readonly remade: number;
  readonly patience: number;
}

export const NEVER_REMADE: RemadeCounts = { remade: 0, patience: 0 };

/** Where a state is kept relative to, and when it was made. */
export type StateOrigin = Pick<State, "root" | "device" | "inode" | "savedAt">;

/** Collects the entries of a state, directory by directory. */
export class StateBuilder {
  readonly #devices: bigint[] = [];
  readonly #dirs: BytePath[] = [];
  readonly #dirEnds: number[] = [];
  #entries = makeEntries(256, 256 * 16);
  #words = wordsOf(this.#entries);
  /** The device that was looked up last. */
  #known: { devices: readonly bigint[]; index: number; found: number } | undefined;
  readonly #digests = new Map<number, bigint>();
  #count = 0;
  #nameBytes = 0;

  /** Begins a directory, given by its path relative to the root. */
  beginDir(path: BytePath): void {
    this.#dirs.push(path);
    this.#dirEnds.push(this.#count);
  }

  /**
   * Adds the path of a row.
   *
   * @param inode A row of the inode that the path leads to.
   * @param digest `touchDigest` of its contents; undefined: not known.
   */
  addRow(
    { columns, words, devices }: FileTable,
    row: number,
    inode: number,
    status: number,
    { remade, patience }: RemadeCounts,
    digest: bigint | undefined,
  ): void {
    const { names, nameEnds } = columns;
    const entry = this.#addName(names, nameStart(nameEnds, row), nameEnds[row]);
    const to = this.#words;
    for (let half = 0; half < 2; half += 1) {
      to.inode[2 * entry + half] = words.inode[2 * inode + half];
      to.mtime[2 * entry + half] = words.mtime[2 * inode + half];
      to.ctime[2 * entry + half] = words.ctime[2 * inode + half];
    }
    const entries = this.#entries;
    entries.size[entry] = columns.size[inode];
    if (digest !== undefined) this.#digests.set(entry, digest);
    entries.device[entry] = this.#deviceIndex(devices, columns.device[inode]);
    entries.status[entry] = status;
    entries.remade[entry] = remade;
    entries.patience[entry] = patience;
  }

  /** Adds all entries of a state whose root is the directory `path` of this one. */
  addState(state: State, path: BytePath): void {
    state.dirs.forEach((below, dir) =>
      this.addDir(state, dir, below === "" ? path : join(path, below)),
    );
  }

  /** Adds the entries of a directory of a state. */
  addDir(state: State, dir: number, path: BytePath = state.dirs[dir]): void {
    this.beginDir(path);
    const [from, to] = entriesOf(state, dir);
    for (let entry = from; entry < to; entry += 1) this.addEntry(state, entry);
  }

  /** Adds an entry of an earlier state as it is, or with other counts. */
  addEntry(
    { entries: from, devices, digests }: Pick<State, "entries" | "devices" | "digests">,
    earlier: number,
    counts?: RemadeCounts,
  ): void {
    const entry = this.#addName(
      from.names,
      nameStart(from.nameEnds, earlier),
      from.nameEnds[earlier],
    );
    const to = this.#entries;
    to.inode[entry] = from.inode[earlier];
    to.size[entry] = from.size[earlier];
    to.mtime[entry] = from.mtime[earlier];
    to.ctime[entry] = from.ctime[earlier];
    const digest = digests.get(earlier);
    if (digest !== undefined) this.#digests.set(entry, digest);
    to.device[entry] = this.#deviceIndex(devices, from.device[earlier]);
    to.status[entry] = from.status[earlier];
    to.remade[entry] = counts?.remade ?? from.remade[earlier];
    to.patience[entry] = counts?.patience ?? from.patience[earlier];
  }

  /** Adds a path that a tool writes in place. */
  addInPlace(name: BytePath): void {
    const bytes = Buffer.from(name, "latin1");
    const entry = this.#addName(bytes, 0, bytes.length);
    this.#entries.device[entry] = this.#deviceIndex([0n], 0);
    this.#entries.status[entry] = Status.inPlace;
  }

  build(
    origin: StateOrigin,
    settled: Float64Array = new Float64Array(0),
    linkLimits: Float64Array = new Float64Array(0),
  ): State {
    this.#dirEnds.push(this.#count);
    const entries = this.#entries;
    const count = this.#count;
    return {
      ...origin,
      settled,
      linkLimits,
      digests: this.#digests,
      devices: this.#devices,
      dirs: this.#dirs,
      dirEnds: Uint32Array.from(this.#dirEnds.slice(1)),
      entries: {
        inode: entries.inode.subarray(0, count),
        size: entries.size.subarray(0, count),
        mtime: entries.mtime.subarray(0, count),
        ctime: entries.ctime.subarray(0, count),
        nameEnds: entries.nameEnds.subarray(0, count),
        device: entries.device.subarray(0, count),
        status: entries.status.subarray(0, count),
        remade: entries.remade.subarray(0, count),
        patience: entries.patience.subarray(0, count),
        names: entries.names.subarray(0, this.#nameBytes),
      },
    };
  }

  /** Gives a name to the next entry; answers which one that is. */
  #addName(names: Uint8Array, start: number, end: number): number {
    const entry = this.#count;
    const nameEnd = this.#nameBytes + end - start;
    const { nameEnds, names: own } = this.#entries;
    if (entry === nameEnds.length || nameEnd > own.length) this.#grow(nameEnd);
    const entries = this.#entries;
    entries.names.set(names.subarray(start, end), this.#nameBytes);
    entries.nameEnds[entry] = nameEnd;
    this.#nameBytes = nameEnd;
    this.#count += 1;
    return entry;
  }

  #grow(nameBytes: number): void {
    const before = this.#entries;
    const after = makeEntries(
      2 * before.nameEnds.length,
      Math.max(2 * before.names.length, nameBytes),
    );
    after.inode.set(before.inode);
    after.size.set(before.size);
    after.mtime.set(before.mtime);
    after.ctime.set(before.ctime);
    after.nameEnds.set(before.nameEnds);
    after.device.set(before.device);
    after.status.set(before.status);
    after.remade.set(before.remade);
    after.patience.set(before.patience);
    after.names.set(before.names);
    this.#entries = after;
    this.#words = wordsOf(after);
  }

  #deviceIndex(devices: readonly bigint[], index: number): number {
    const known = this.#known;
    if (known?.devices === devices && known.index === index) return known.found;
    const same = this.#devices.indexOf(devices[index]);
    const found = same >= 0 ? same : this.#devices.push(devices[index]) - 1;
    this.#known = { devices, index, found };
    return found;
  }
}

function makeEntries(count: number, nameBytes: number): Entries {
  return {
    inode: new BigUint64Array(count),
    size: new Float64Array(count),
    mtime: new BigInt64Array(count),
    ctime: new BigInt64Array(count),
    nameEnds: new Uint32Array(count),
    device: new Uint16Array(count),
    status: new Uint8Array(count),
    remade: new Uint8Array(count),
    patience: new Uint8Array(count),
    names: new Uint8Array(nameBytes),
  };
}
