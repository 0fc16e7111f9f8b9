import type { ByteSource } from "../formats/byte-source.ts";
import { producersIn } from "../writers/producers.ts";
import type { BlockTools, ContentClass } from "./content-class.ts";
import type { FileReader } from "./file-reader.ts";

/** Bytes at the start of a file that are kept until its end is read: the header of an ELF file. */
const KEPT_START = 64;
/** Bytes of a piece that is read again. */
const WINDOW = 16 * 1024;

/** A copy of the first bytes of a file, for `findProducers`. */
export function copyStart(block: Buffer | undefined, length: number): Uint8Array | undefined {
  return block && Uint8Array.prototype.slice.call(block, 0, Math.min(KEPT_START, length));
}

/**
 * The tools that equal files may name as their producers (`producersIn`), mostly from what is still in memory of them:
 * the last block, `length` bytes from `offset`, and their start. A file that cannot be read again is removed.
 *
 * @param fewest With fewer members, the class is of no interest.
 */
export function findProducers(
  { reader }: BlockTools,
  { members, block }: ContentClass,
  length: number,
  offset: number,
  start: Uint8Array | undefined,
  fewest: number,
): number {
  const pieces: Piece[] = [];
  if (block !== undefined) pieces.push({ bytes: block.subarray(0, length), at: offset });
  if (start !== undefined) pieces.push({ bytes: start, at: 0 });
  while (members.length >= fewest) {
    const content = new Content(reader, members[0], offset + length, pieces);
    const found = producersIn(content);
    if (!content.failed) return found;
    members.shift();
  }
  return 0;
}

/** Bytes of a file from offset `at`. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The bytes of a file that was compared: pieces of it are in memory, others are read again. */
class Content implements ByteSource {
  readonly size: number;
  /** A read has failed; the reader says why. */
  failed = false;
  readonly #reader: FileReader;
  readonly #file: number;
  readonly #pieces: readonly Piece[];
  #window: Piece | undefined;

  constructor(reader: FileReader, file: number, size: number, pieces: readonly Piece[]) {
    this.#reader = reader;
    this.#file = file;
    this.size = size;
    this.#pieces = pieces;
  }

  read(at: number, length: number): Uint8Array {
    const isInside = Number.isSafeInteger(at) && at >= 0 && at < this.size && length > 0;
    if (this.failed || !isInside) return NO_BYTES;
    const end = Math.min(at + length, this.size);
    for (const piece of this.#pieces) if (contains(piece, at, end)) return cut(piece, at, end);
    if (this.#window === undefined || !contains(this.#window, at, end))
      this.#window = this.#readAgain(at, Math.max(end, Math.min(at + WINDOW, this.size)));
    return this.#window === undefined ? NO_BYTES : cut(this.#window, at, end);
  }

  #readAgain(at: number, end: number): Piece | undefined {
    const bytes = Buffer.allocUnsafeSlow(end - at);
    const isRead =
      this.#reader.read(this.#file, bytes, bytes.length, at) &&
      this.#reader.confirm(this.#file, bytes, bytes.length, at);
    if (isRead) return { bytes, at };
    this.failed = true;
    return undefined;
  }
}

const NO_BYTES = new Uint8Array(0);

function contains({ bytes, at }: Piece, from: number, to: number): boolean {
  return from >= at && to <= at + bytes.length;
}

function cut({ bytes, at }: Piece, from: number, to: number): Uint8Array {
  return bytes.subarray(from - at, to - at);
}
