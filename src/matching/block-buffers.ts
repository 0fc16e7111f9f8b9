/** Smallest buffer handed out, bytes; larger ones are powers of two. */
const SMALLEST = 4096;

/**
 * Buffers that are used again and again, by size class, so that reading makes no garbage. What is held
 * at once is bounded.
 */
export class BlockBuffers {
  readonly #free: Buffer[][] = [];
  readonly #most: number;
  #held = 0;

  /** @param most Bytes that may be held at once before `full` says so. */
  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    return this.#held >= this.#most;
  }

  take(length: number): Buffer {
    const sizeClass = classOf(length);
    this.#held += SMALLEST << sizeClass;
    return this.#free[sizeClass]?.pop() ?? Buffer.allocUnsafeSlow(SMALLEST << sizeClass);
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
