/** A seeded random number generator: the same seed gives the same numbers on every machine. */
export class Random {
  #state;

  /** @param {number | string} seed any number or text */
  constructor(seed) {
    let state = 2166136261;
    for (const character of String(seed))
      state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
    this.#state = state >>> 0;
  }

  /** The next number, 0 ≤ x < 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number, least ≤ n ≤ most. @param {number} least @param {number} most */
  integer(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True with this probability. @param {number} probability 0 to 1 */
  chance(probability) {
    return this.next() < probability;
  }

  /** @template T @param {readonly T[]} list @returns {T} one of them */
  pick(list) {
    return list[this.integer(0, list.length - 1)];
  }

  /** A size whose logarithm is uniformly distributed, as those of file sizes roughly are. @param {number} least @param {number} most bytes */
  size(least, most) {
    return Math.round(least * (most / least) ** this.next());
  }

  /** Shuffles in place. @template {{ length: number, [index: number]: number }} T @param {T} list @returns {T} */
  shuffle(list) {
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [list[last], list[other]] = [list[other], list[last]];
    }
    return list;
  }
}
