/**
 * Numbers for unit names, without keeping the names: a million of them as strings would take more
 * memory than all else. A name is known by its hash and, where a hash is met again, by asking for the
 * name of the file that had it first; so no two units are ever taken for one.
 */
export class UnitNumbers {
  readonly #nameOf: (file: number) => string;
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Uint32Array(512);
  #firstFiles = new Uint32Array(512);
  #count = 0;

  /** @param nameOf The unit name of a file that was numbered. */
  constructor(nameOf: (file: number) => string) {
    this.#nameOf = nameOf;
  }

  get count(): number {
    return this.#count;
  }

  /** The file that each unit was first met with. */
  get firstFiles(): Uint32Array {
    return this.#firstFiles.slice(0, this.#count);
  }

  /** The number of a name; a new one where it is met for the first time. */
  add(name: string, file: number): number {
    const hash = hashOf(name);
    const slot = this.#find(name, hash);
    if (this.#slots[slot] >= 0) return this.#slots[slot];
    const number = this.#count;
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    this.#firstFiles[number] = file;
    this.#count += 1;
    if (this.#count === this.#hashes.length) this.#grow();
    return number;
  }

  /** The number of a name; -1 where it has none. */
  get(name: string): number {
    return this.#slots[this.#find(name, hashOf(name))];
  }

  #find(name: string, hash: number): number {
    const last = this.#slots.length - 1;
    let slot = hash & last;
    for (;;) {
      const number = this.#slots[slot];
      if (number < 0) return slot;
      if (this.#hashes[number] === hash && this.#nameOf(this.#firstFiles[number]) === name)
        return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    const hashes = new Uint32Array(this.#hashes.length * 2);
    const firstFiles = new Uint32Array(hashes.length);
    hashes.set(this.#hashes);
    firstFiles.set(this.#firstFiles);
    this.#hashes = hashes;
    this.#firstFiles = firstFiles;
    this.#slots = new Int32Array(hashes.length * 2).fill(-1);
    const last = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = hashes[number] & last;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & last;
      this.#slots[slot] = number;
    }
  }
}

/** FNV-1a with a final mix, as the low bits choose the slot. */
function hashOf(name: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
