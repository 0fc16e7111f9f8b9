import { type FileClassification, unitOf } from "../artifacts/variants.ts";

/**
 * Numbers for units, without keeping their names: a million of them as strings would take more memory than
 * all else. A name is known by its hash and, where a hash is met again, by asking for the place of the file
 * that had it first; so no two units are ever taken for one.
 */
export class UnitNumbers {
  readonly #placeOf: (file: number) => FileClassification;
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Uint32Array(512);
  #firstFiles = new Uint32Array(512);
  #count = 0;
  /** The files of a directory follow each other: what the hash of a name begins with. */
  #lastDir = "";
  #lastSeed = FNV_OFFSET;

  /** @param placeOf The place of a file that was numbered. */
  constructor(placeOf: (file: number) => FileClassification) {
    this.#placeOf = placeOf;
  }

  get count(): number {
    return this.#count;
  }

  /** The file that each unit was first met with. */
  get firstFiles(): Uint32Array {
    return this.#firstFiles.slice(0, this.#count);
  }

  /** The hash of a unit's name. */
  hashOf({ dir, name }: FileClassification): number {
    if (dir !== this.#lastDir) {
      this.#lastDir = dir;
      this.#lastSeed = dir === "" ? FNV_OFFSET : addToHash(addToHash(FNV_OFFSET, dir), "/");
    }
    const hash = addToHash(this.#lastSeed, name);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  /** The number of a unit; a new one where it is met for the first time. */
  add(place: FileClassification, hash: number, file: number): number {
    const slot = this.#find(place, hash);
    if (this.#slots[slot] >= 0) return this.#slots[slot];
    const number = this.#count;
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    this.#firstFiles[number] = file;
    this.#count += 1;
    if (this.#count === this.#hashes.length) this.#grow();
    return number;
  }

  /** Whether a unit of this hash has a number. */
  mayHave(hash: number): boolean {
    const last = this.#slots.length - 1;
    let slot = hash & last;
    while (this.#slots[slot] >= 0 && this.#hashes[this.#slots[slot]] !== hash)
      slot = (slot + 1) & last;
    return this.#slots[slot] >= 0;
  }

  /** The number of a unit; -1 where it has none. */
  get(place: FileClassification, hash: number): number {
    return this.#slots[this.#find(place, hash)];
  }

  #find(place: FileClassification, hash: number): number {
    const last = this.#slots.length - 1;
    let slot = hash & last;
    for (;;) {
      const number = this.#slots[slot];
      if (number < 0) return slot;
      if (this.#hashes[number] === hash && this.#isNumbered(number, place)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #isNumbered(number: number, place: FileClassification): boolean {
    const first = this.#placeOf(this.#firstFiles[number]);
    if (first.dir === place.dir) return first.name === place.name;
    return unitOf(first) === unitOf(place);
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

/** FNV-1a, which goes on where it was left; a final mix is due, as the low bits choose the slot. */
const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

function addToHash(hash: number, text: string): number {
  let result = hash;
  for (let i = 0; i < text.length; i += 1)
    result = Math.imul(result ^ text.charCodeAt(i), FNV_PRIME);
  return result;
}
