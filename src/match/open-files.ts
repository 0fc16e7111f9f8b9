/** Which files of a table are open: a column of descriptors, as every file that is read is asked for several times. */
export class OpenFiles {
  /** How many are open. */
  count = 0;
  /** 0: not open. Else the descriptor plus one; negative as long as the file is not confirmed. */
  readonly #slots: Int32Array;

  /** @param files How many files the table has. */
  constructor(files: number) {
    this.#slots = new Int32Array(files);
  }

  /** A file that was opened, and is not confirmed. */
  add(file: number, descriptor: number): void {
    this.#slots[file] = -(descriptor + 1);
    this.count += 1;
  }

  descriptorOf(file: number): number | undefined {
    const slot = this.#slots[file];
    return slot === 0 ? undefined : Math.abs(slot) - 1;
  }

  /** The descriptor of a file that is open and not confirmed. */
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
