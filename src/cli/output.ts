import { describeErrno } from "../core/errno-messages.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { safeJson } from "../render/json-parts.ts";

/** The number of characters to buffer before a write. */
const BUFFER_CHARS = 64 * 1024;
/** Milliseconds until the next attempt to write to a full pipe that does not block. */
const RETRY_MS = 5;

/**
 * Buffered output to a descriptor. A closed pipe (`| head`) is not an error. A full disk is one, which `error`
 * describes; the run goes on.
 *
 * It writes with plain system calls, because `process.stdout` loads Node's network code, which takes 2 to 4 ms.
 */
export class Output {
  /** Why a write failed; undefined if none did. */
  error: string | undefined;
  readonly #descriptor: number;
  #chunks: string[] = [];
  #length = 0;
  #closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(text: string): void {
    if (this.#closed) return;
    this.#chunks.push(text);
    this.#length += text.length;
    if (this.#length >= BUFFER_CHARS) this.flush();
  }

  writeLines(lines: Iterable<string>): void {
    for (const line of lines) this.write(`${line}\n`);
  }

  writeJson(document: object): void {
    this.write(`${safeJson(document, 2)}\n`);
  }

  flush(): void {
    if (this.#length === 0 || this.#closed) return;
    let rest = Buffer.from(this.#chunks.join(""));
    this.#chunks = [];
    this.#length = 0;
    while (rest.length > 0 && !this.#closed) rest = rest.subarray(this.#writeBytes(rest));
  }

  /** Returns the number of bytes written. */
  #writeBytes(bytes: Uint8Array): number {
    const written = tryErrno(() => disk.write(this.#descriptor, bytes));
    if (!isErrno(written)) return written;
    if (written.code === "EAGAIN") {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      return 0;
    }
    this.#closed = true;
    if (written.code !== "EPIPE") this.error = describeErrno(written.code);
    return 0;
  }
}
