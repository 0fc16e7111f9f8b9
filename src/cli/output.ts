import type { Writable } from "node:stream";
import { describeErrno } from "../errno-words.ts";

/** Characters that are gathered before they are handed to the stream. */
const CHUNK = 64 * 1024;

/**
 * A stream that may go away. A reader who has seen enough (`| head`) is no error; a full disk is one, but
 * the work that was reported is done all the same.
 */
export class Output {
  /** Why something could not be written; undefined where all was, or nobody reads any more. */
  error: string | undefined;
  readonly #stream: Writable;
  #gathered: string[] = [];
  #length = 0;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  write(text: string): void {
    if (this.#closed) return;
    this.#gathered.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.#hand();
  }

  /** Resolves when all that was written has left the process, or cannot. */
  flush(): Promise<void> {
    this.#hand();
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.write("", () => resolve());
    });
  }

  #hand(): void {
    if (this.#length === 0 || this.#closed) return;
    this.#stream.write(this.#gathered.join(""));
    this.#gathered = [];
    this.#length = 0;
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#closed = true;
    if (error.code !== "EPIPE") this.error = describeErrno(error.code ?? error.message);
  }
}
