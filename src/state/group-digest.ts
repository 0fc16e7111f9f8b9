import type { FileTable } from "../core/file-table.ts";

/**
 * A digest of the inodes of a candidate group: their device, numbers, sizes and times. It does not depend on their order.
 *
 * @param members A row of each inode.
 * @param all Whether files that are no artifacts take part.
 * @param ctimes By row, as words: the change times, if they are not those of the table.
 * @returns A whole number of up to 53 bits.
 */
export function digestOf(
  { columns, words, devices }: FileTable,
  members: Iterable<number>,
  all: boolean,
  ctimes: Uint32Array = words.ctime,
): number {
  let device = 0;
  let index = -1;
  let high = 0;
  let low = 0;
  for (const member of members) {
    const size = columns.size[member];
    const at = 2 * member;
    const first = ctimes[at];
    const second = ctimes[at + 1];
    let a = mix(Number(all), size >>> 0);
    a = mix(a, (size / 2 ** 32) >>> 0);
    if (columns.device[member] !== index) {
      index = columns.device[member];
      device = Number(BigInt.asUintN(32, devices[index]));
    }
    a = mix(a, device);
    a = mix(a, words.inode[at]);
    a = mix(a, words.inode[at + 1]);
    a = mix(a, words.mtime[at]);
    a = mix(a, words.mtime[at + 1]);
    a = mix(a, first);
    a = mix(a, second);
    // The second half sees the same words in another order.
    let b = mix(0x9e37_79b9, second);
    b = mix(b, first);
    b = mix(b, words.inode[at + 1]);
    b = mix(b, words.inode[at]);
    b = mix(b, words.mtime[at]);
    b = mix(b, words.mtime[at + 1]);
    b = mix(b, a);
    high = (high + a) | 0;
    low = (low + b) | 0;
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}

/** MurmurHash3's step for one word, with its final mixing. */
function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ Math.imul(word, 0xcc9e_2d51), 0x1b87_3593);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  return h ^ (h >>> 13);
}
