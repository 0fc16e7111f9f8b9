import { type FileClassification, unitOf } from "../artifacts/variants.ts";
import { fnv1a } from "../core/fnv1a.ts";

/**
 * Assigns numbers to units without storing their names: a million strings would take more memory than the
 * rest of the classification. It is a hash table with open addressing that stores a unit's hash and its first
 * file. On equal hashes it classifies that file again to compare the units, so a collision never merges two.
 */
export class UnitNumbers {
  readonly #classificationOf: (file: number) => FileClassification;
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Uint32Array(512);
  #firstFiles = new Uint32Array(512);
  #count = 0;
  /** The hash of the last directory, as the files of a directory are added one after another. */
  #lastDir = "";
  #lastDirHash = fnv1a("");

  /** @param classificationOf Classifies a file that was added. */
  constructor(classificationOf: (file: number) => FileClassification) {
    this.#classificationOf = classificationOf;
  }

  get count(): number {
    return this.#count;
  }

  /** The first file added for each unit. */
  get firstFiles(): Uint32Array {
    return this.#firstFiles.slice(0, this.#count);
  }

  /** The hash of a unit's name. */
  hashOf({ dir, name }: FileClassification): number {
    if (dir !== this.#lastDir) {
      this.#lastDir = dir;
      this.#lastDirHash = fnv1a(dir === "" ? "" : `${dir}/`);
    }
    const hash = fnv1a(name, this.#lastDirHash);
    // The low bits choose the slot; FNV mixes the high bits better.
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  /** The number of a file's unit, which is assigned if the unit is new. */
  add(classification: FileClassification, hash: number, file: number): number {
    const slot = this.#find(classification, hash);
    if (this.#slots[slot] >= 0) return this.#slots[slot];
    const number = this.#count;
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    this.#firstFiles[number] = file;
    this.#count += 1;
    if (this.#count === this.#hashes.length) this.#grow();
    return number;
  }

  /** Whether a unit with this hash has a number. */
  hasHash(hash: number): boolean {
    const last = this.#slots.length - 1;
    let slot = hash & last;
    while (this.#slots[slot] >= 0 && this.#hashes[this.#slots[slot]] !== hash)
      slot = (slot + 1) & last;
    return this.#slots[slot] >= 0;
  }

  /** The number of a unit; -1 if it has none. */
  get(classification: FileClassification, hash: number): number {
    return this.#slots[this.#find(classification, hash)];
  }

  /** The slot of a unit, or the empty slot where it belongs. */
  #find(classification: FileClassification, hash: number): number {
    const last = this.#slots.length - 1;
    let slot = hash & last;
    for (;;) {
      const number = this.#slots[slot];
      if (number < 0) return slot;
      if (this.#hashes[number] === hash && this.#isUnit(number, classification)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #isUnit(number: number, classification: FileClassification): boolean {
    const first = this.#classificationOf(this.#firstFiles[number]);
    if (first.dir === classification.dir) return first.name === classification.name;
    return unitOf(first) === unitOf(classification);
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
