/** Bytes of the smallest buffers; the others are powers of two. */
const SMALLEST = 4096;
/** Small buffers are cut from pieces of this size: to allocate each one takes as long as reading a file. */
const PIECE = 1024 * 1024;
/** Bytes of the largest small buffer. */
const SMALL = PIECE / 16;

/** Reuses buffers by size class, so that reading makes no garbage, and bounds how many bytes are in use. */
export class BlockBuffers {
  readonly #free: Buffer[][] = [];
  readonly #most: number;
  #held = 0;
  #piece = Buffer.alloc(0);
  #cut = 0;

  /** @param most Bytes in use from which on `full` is true. */
  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    return this.#held >= this.#most;
  }

  take(length: number): Buffer {
    const sizeClass = classOf(length);
    this.#held += SMALLEST << sizeClass;
    return this.#free[sizeClass]?.pop() ?? this.#make(SMALLEST << sizeClass);
  }

  #make(bytes: number): Buffer {
    if (bytes > SMALL) return Buffer.allocUnsafeSlow(bytes);
    if (this.#cut + bytes > this.#piece.length) {
      this.#piece = Buffer.allocUnsafeSlow(PIECE);
      this.#cut = 0;
    }
    this.#cut += bytes;
    return this.#piece.subarray(this.#cut - bytes, this.#cut);
  }

  give(buffer: Buffer): void {
    this.#held -= buffer.length;
    const sizeClass = classOf(buffer.length);
    (this.#free[sizeClass] ??= []).push(buffer);
  }
}

function classOf(length: number): number {
  return length <= SMALLEST ? 0 : 32 - Math.clz32((length - 1) >>> 12);
}
