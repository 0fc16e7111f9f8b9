import { type Errno, isErrno } from "../core/result.ts";
import type { ByteSource } from "../formats/byte-source.ts";
import { type FileCalls, readFully } from "../fs/file-calls.ts";

/** Bytes that are read ahead: readers of formats ask for many short pieces that lie side by side. */
const WINDOW = 64 * 1024;

/** The bytes of an open file. Keeps one window of them. */
export class FileSource implements ByteSource {
  readonly size: number;
  bytesRead = 0;
  /** Why a read has failed. */
  failure: Errno | undefined;
  readonly #calls: FileCalls;
  readonly #descriptor: number;
  readonly #buffer: Buffer;
  #window: Uint8Array;
  /** Offset of the window in the file. */
  #start = 0;

  /** @param buffer For the window, at least 64 KiB. The source uses it until it is dropped. */
  constructor(
    calls: FileCalls,
    descriptor: number,
    size: number,
    buffer: Buffer = Buffer.allocUnsafe(WINDOW),
  ) {
    this.#calls = calls;
    this.#descriptor = descriptor;
    this.size = size;
    this.#buffer = buffer;
    this.#window = buffer.subarray(0, 0);
  }

  read(at: number, length: number): Uint8Array {
    const isRange = Number.isSafeInteger(at) && at >= 0 && Number.isSafeInteger(length);
    if (!isRange || at >= this.size || length <= 0) return this.#buffer.subarray(0, 0);
    const end = Math.min(at + length, this.size);
    if (at < this.#start || end > this.#start + this.#window.length) this.#fill(at, end - at);
    return this.#window.subarray(at - this.#start, end - this.#start);
  }

  #fill(at: number, length: number): void {
    const wanted = Math.min(Math.max(length, WINDOW), this.size - at);
    const into = wanted > WINDOW ? Buffer.allocUnsafe(wanted) : this.#buffer;
    const got = readFully(this.#calls, this.#descriptor, into, wanted, at);
    if (isErrno(got)) this.failure ??= got;
    const filled = isErrno(got) ? 0 : got;
    this.bytesRead += filled;
    this.#window = into.subarray(0, filled);
    this.#start = at;
  }
}
