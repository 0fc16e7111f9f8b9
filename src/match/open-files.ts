/** The descriptors of a table's open files, as a column: every file that is read is looked up several times. */
export class OpenFiles {
  /** Number of open files. */
  count = 0;
  /** 0 if a file is not open; else its descriptor plus one, negative until the file is confirmed. */
  readonly #slots: Int32Array;

  /** @param files Rows of the table. */
  constructor(files: number) {
    this.#slots = new Int32Array(files);
  }

  /** Adds a file that was opened. */
  add(file: number, descriptor: number, isConfirmed: boolean): void {
    this.#slots[file] = isConfirmed ? descriptor + 1 : -(descriptor + 1);
    this.count += 1;
  }

  descriptorOf(file: number): number | undefined {
    const slot = this.#slots[file];
    return slot === 0 ? undefined : Math.abs(slot) - 1;
  }

  /** The descriptor of a file that is open but not confirmed. */
  unconfirmed(file: number): number | undefined {
    const slot = this.#slots[file];
    return slot < 0 ? -slot - 1 : undefined;
  }

  confirm(file: number): void {
    this.#slots[file] = Math.abs(this.#slots[file]);
  }

  remove(file: number): void {
    if (this.#slots[file] === 0) return;
    this.#slots[file] = 0;
    this.count -= 1;
  }
}
