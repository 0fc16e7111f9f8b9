/**
 * A state as bytes. Numbers have the byte order of the machine, so that the columns are used where they lie:
 *
 * - `MAGIC`, then as u32 the version and the counts of `COUNTS`, and zeros up to a multiple of 8
 * - u64, u64, i64: device and inode of the root, time of the state in nanoseconds
 * - the bytes of the root's path, and zeros up to a multiple of 8
 * - the columns, widest numbers first
 * - the bytes of the directories' paths and of the names, and zeros up to a multiple of 4
 * - u32: a checksum of everything before it
 */
import { type Entries, type State, entryCount } from "./state.ts";

const MAGIC = Buffer.from("dedupe\0\n", "latin1");
/** To be raised with every change of the layout or of what an entry means. The other byte order has another number. */
const VERSION = 5;
const VERSION_WORD = MAGIC.length / 4;
const COUNTS = [
  "rootBytes",
  "devices",
  "settled",
  "linkLimits",
  "digests",
  "dirs",
  "entries",
  "dirBytes",
  "nameBytes",
] as const;
const IDENTITY = roundUp(MAGIC.length + 4 * (1 + COUNTS.length), 8);
const HEADER = IDENTITY + 3 * 8;
/** Bytes of one entry, without its name, and of one directory, without its path. */
const ENTRY = 4 * 8 + 4 + 2 + 3;
const DIR = 2 * 4;
/** Bytes of one digest, with the number of its entry. */
const DIGEST = 8 + 4;

/** Larger files are neither written nor read. */
export const MOST_BYTES = 256 * 1024 * 1024;

type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

/** The bytes of a state; undefined if they are more than `MOST_BYTES`. */
export function encodeState(state: State): Uint8Array | undefined {
  const { root, devices, dirs, entries } = state;
  const counts = {
    rootBytes: root.length,
    devices: devices.length,
    settled: state.settled.length,
    linkLimits: state.linkLimits.length,
    digests: state.digests.size,
    dirs: dirs.length,
    entries: entryCount(state),
    dirBytes: dirs.reduce((sum, path) => sum + path.length, 0),
    nameBytes: entries.names.length,
  };
  const length = lengthOf(counts);
  if (length > MOST_BYTES) return undefined;
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer);
  bytes.set(MAGIC);
  words.set([VERSION, ...COUNTS.map((name) => counts[name])], VERSION_WORD);
  const layout = new Layout(bytes, counts);
  layout.identity.set([state.device, state.inode, BigInt.asUintN(64, state.savedAt)]);
  layout.devices.set(devices);
  layout.settled.set(state.settled);
  layout.linkLimits.set(state.linkLimits);
  for (const name of Object.keys(layout.entries) as (keyof Entries)[])
    bytesOf(layout.entries[name]).set(bytesOf(entries[name]));
  layout.digests.set([...state.digests.values()]);
  layout.digestEntries.set([...state.digests.keys()]);
  layout.dirEnds.set(state.dirEnds);
  layout.root.write(root, "latin1");
  let end = 0;
  dirs.forEach((path, dir) => {
    end += layout.dirs.write(path, end, "latin1");
    layout.dirPathEnds[dir] = end;
  });
  words[words.length - 1] = checksum(words.subarray(0, -1));
  return bytes;
}

/**
 * Reads what `encodeState` wrote. It is total and bounded: for any other bytes it answers undefined, and it takes
 * memory only in proportion to their number.
 *
 * @param bytes Begin at a multiple of 8 in their buffer. The state refers to them.
 */
export function decodeState(bytes: Uint8Array): State | undefined {
  const counts = bytes.length % 4 === 0 ? countsOf(bytes) : undefined;
  if (counts === undefined || lengthOf(counts) !== bytes.length) return undefined;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (words[words.length - 1] !== checksum(words.subarray(0, -1))) return undefined;
  const layout = new Layout(bytes, counts);
  const { entries, dirEnds, dirPathEnds, identity } = layout;
  const isSound =
    ascends(entries.nameEnds, counts.nameBytes) &&
    ascends(dirPathEnds, counts.dirBytes) &&
    ascends(dirEnds, counts.entries) &&
    areBelow(entries.device, counts.devices) &&
    areBelow(layout.digestEntries, counts.entries) &&
    !layout.root.includes(0) &&
    !layout.dirs.includes(0);
  if (!isSound) return undefined;
  const [device, inode, savedAt] = identity;
  return {
    root: layout.root.toString("latin1"),
    device,
    inode,
    savedAt: BigInt.asIntN(64, savedAt),
    devices: Array.from(layout.devices),
    settled: layout.settled,
    linkLimits: layout.linkLimits,
    dirs: Array.from(dirPathEnds, (end, dir) =>
      layout.dirs.toString("latin1", dir === 0 ? 0 : dirPathEnds[dir - 1], end),
    ),
    dirEnds,
    entries,
    digests: new Map(Array.from(layout.digestEntries, (entry, i) => [entry, layout.digests[i]])),
  };
}

/** What the first bytes of a state say, unchecked; undefined if they do not hold it. */
export function headOf(head: Buffer): Pick<State, "root" | "savedAt"> | undefined {
  const end = HEADER + (countsOf(head)?.rootBytes ?? Number.POSITIVE_INFINITY);
  if (end > head.length) return undefined;
  return {
    root: head.toString("latin1", HEADER, end),
    savedAt: new BigInt64Array(head.buffer, head.byteOffset + IDENTITY, 3)[2],
  };
}

/** Whether a file may be overwritten by a state: it holds one, perhaps damaged or of another version, or nothing. */
export function isStateFile(bytes: Buffer): boolean {
  const { length } = MAGIC;
  return bytes.subarray(0, length).equals(MAGIC.subarray(0, bytes.length));
}

/** The counts of a header; undefined if it is not one of this version. */
function countsOf(bytes: Uint8Array): Counts | undefined {
  if (bytes.length < HEADER || bytes.byteOffset % 8 !== 0) return undefined;
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) return undefined;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER / 4);
  if (words[VERSION_WORD] !== VERSION) return undefined;
  return Object.fromEntries(COUNTS.map((name, i) => [name, words[VERSION_WORD + 1 + i]])) as Counts;
}

function lengthOf(counts: Counts): number {
  const { rootBytes, devices, settled, linkLimits, digests, dirs, entries } = counts;
  const numbers = 8 * (devices + settled + linkLimits) + DIGEST * digests + DIR * dirs;
  const columns = numbers + ENTRY * entries + counts.dirBytes + counts.nameBytes;
  return roundUp(HEADER + rootBytes, 8) + roundUp(columns, 4) + 4;
}

function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

/** The parts of a state's bytes. */
class Layout {
  readonly identity: BigUint64Array;
  readonly root: Buffer;
  readonly devices: BigUint64Array;
  readonly settled: Float64Array;
  readonly linkLimits: Float64Array;
  readonly digests: BigUint64Array;
  readonly digestEntries: Uint32Array;
  readonly entries: Entries;
  readonly dirEnds: Uint32Array;
  readonly dirPathEnds: Uint32Array;
  readonly dirs: Buffer;

  constructor({ buffer, byteOffset }: Uint8Array, counts: Counts) {
    const memory = buffer as ArrayBuffer;
    const { rootBytes, devices, settled, linkLimits, digests, dirs, entries: rows } = counts;
    let at = byteOffset + IDENTITY;
    const take = (length: number): number => {
      at += length;
      return at - length;
    };
    this.identity = new BigUint64Array(memory, take(3 * 8), 3);
    this.root = Buffer.from(memory, take(roundUp(rootBytes, 8)), rootBytes);
    this.devices = new BigUint64Array(memory, take(8 * devices), devices);
    this.settled = new Float64Array(memory, take(8 * settled), settled);
    this.linkLimits = new Float64Array(memory, take(8 * linkLimits), linkLimits);
    this.digests = new BigUint64Array(memory, take(8 * digests), digests);
    const inode = new BigUint64Array(memory, take(8 * rows), rows);
    const size = new Float64Array(memory, take(8 * rows), rows);
    const mtime = new BigInt64Array(memory, take(8 * rows), rows);
    const ctime = new BigInt64Array(memory, take(8 * rows), rows);
    this.digestEntries = new Uint32Array(memory, take(4 * digests), digests);
    const nameEnds = new Uint32Array(memory, take(4 * rows), rows);
    this.dirEnds = new Uint32Array(memory, take(4 * dirs), dirs);
    this.dirPathEnds = new Uint32Array(memory, take(4 * dirs), dirs);
    const device = new Uint16Array(memory, take(2 * rows), rows);
    const status = new Uint8Array(memory, take(rows), rows);
    const remade = new Uint8Array(memory, take(rows), rows);
    const patience = new Uint8Array(memory, take(rows), rows);
    this.dirs = Buffer.from(memory, take(counts.dirBytes), counts.dirBytes);
    const names = new Uint8Array(memory, take(counts.nameBytes), counts.nameBytes);
    const times = { mtime, ctime };
    const counters = { remade, patience };
    this.entries = { inode, device, size, ...times, status, ...counters, nameEnds, names };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function areBelow(numbers: Uint16Array | Uint32Array, limit: number): boolean {
  let greatest = -1;
  for (let i = 0; i < numbers.length; i += 1) if (numbers[i] > greatest) greatest = numbers[i];
  return greatest < limit;
}

/** Whether the numbers do not descend and the last one is `last`. */
function ascends(ends: Uint32Array, last: number): boolean {
  let before = 0;
  for (let i = 0; i < ends.length; i += 1) {
    if (ends[i] < before) return false;
    before = ends[i];
  }
  return before === last;
}

/** A hash of whole words. It finds damage, not forgery: every single changed word changes it. */
function checksum(words: Uint32Array): number {
  let hash = words.length;
  for (let i = 0; i < words.length; i += 1)
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words[i], 0x9e37_79b1);
  return hash >>> 0;
}
