/**
 * The bytes of a file. Readers of formats ask for short pieces at offsets that they have taken from the file
 * itself, so every offset may be wrong.
 */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /**
   * Up to `length` bytes from offset `at`: fewer at the end of the file, none if `at` lies outside of it or the
   * file cannot be read. Valid until the next call.
   */
  read(at: number, length: number): Uint8Array;
}

/** The bytes of a file that is in memory. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (at, length) =>
      isRange(at, length) ? bytes.subarray(at, Math.min(at + length, bytes.length)) : NO_BYTES,
  };
}

const NO_BYTES = new Uint8Array(0);

function isRange(at: number, length: number): boolean {
  return Number.isSafeInteger(at) && at >= 0 && Number.isSafeInteger(length) && length >= 0;
}

/** Reads unsigned integers of one byte order. Missing bytes count as 0. */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#bytes = bytes;
    this.#little = little;
  }

  u16(at: number): number {
    const [low, high] = this.#little ? [at, at + 1] : [at + 1, at];
    return (this.#bytes[low] ?? 0) + (this.#bytes[high] ?? 0) * 0x100;
  }

  u32(at: number): number {
    const [low, high] = this.#little ? [at, at + 2] : [at + 2, at];
    return this.u16(low) + this.u16(high) * 0x1_0000;
  }

  /** Inexact above 2^53. */
  u64(at: number): number {
    const [low, high] = this.#little ? [at, at + 4] : [at + 4, at];
    return this.u32(low) + this.u32(high) * 0x1_0000_0000;
  }
}

/** A copy that stays valid: `slice` of a `Buffer` makes none. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** The bytes as text, one character per byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
