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
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
  }

  u16(at: number): number {
    if (at + 2 <= this.#view.byteLength) return this.#view.getUint16(at, this.#little);
    const first = this.#byte(at);
    const second = this.#byte(at + 1);
    return this.#little ? first + second * 0x100 : first * 0x100 + second;
  }

  u32(at: number): number {
    if (at + 4 <= this.#view.byteLength) return this.#view.getUint32(at, this.#little);
    const first = this.u16(at);
    const second = this.u16(at + 2);
    return this.#little ? first + second * 0x1_0000 : first * 0x1_0000 + second;
  }

  /** Inexact above 2^53. */
  u64(at: number): number {
    const first = this.u32(at);
    const second = this.u32(at + 4);
    return this.#little ? first + second * 0x1_0000_0000 : first * 0x1_0000_0000 + second;
  }

  #byte(at: number): number {
    return at < this.#view.byteLength ? this.#view.getUint8(at) : 0;
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
