import { describeErrno } from "../core/errno-messages.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** Characters that are gathered before they are written. */
const CHUNK = 64 * 1024;
/** Milliseconds until a reader that does not keep up is tried again, where its pipe does not make us wait. */
const PAUSE = 5;

/**
 * What is written for people and programs to read: standard output (1) or standard error (2). It may go away.
 * A reader who has seen enough (`| head`) is no error; a full disk is one, but the work that was reported is
 * done all the same.
 *
 * Written by plain calls: the streams of `process` bring Node's network code with them, 2 to 4 ms of every run.
 */
export class Output {
  /** Why something could not be written; undefined where all was, or nobody reads any more. */
  error: string | undefined;
  readonly #descriptor: number;
  #gathered: string[] = [];
  #length = 0;
  #closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(text: string): void {
    if (this.#closed) return;
    this.#gathered.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.flush();
  }

  /** All that was written leaves the process, or cannot. */
  flush(): void {
    if (this.#length === 0 || this.#closed) return;
    let left = Buffer.from(this.#gathered.join(""));
    this.#gathered = [];
    this.#length = 0;
    while (left.length > 0 && !this.#closed) left = left.subarray(this.#runner(left));
  }

  /** How many bytes were taken. */
  #runner(bytes: Uint8Array): number {
    const taken = tryErrno(() => disk.write(this.#descriptor, bytes));
    if (!isErrno(taken)) return taken;
    this.#meet(taken.code);
    return 0;
  }

  #meet(code: string): void {
    if (code === "EAGAIN") {
      // Whoever has given us this pipe has switched its waiting off.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      return;
    }
    this.#closed = true;
    if (code !== "EPIPE") this.error = describeErrno(code);
  }
}
