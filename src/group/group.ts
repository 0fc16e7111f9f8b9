import { BY_CONTENT } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import type { CandidateGroups } from "../core/model.ts";

/**
 * Puts together the inodes that may be equal: same device, same size, not empty. Names of one inode fold
 * into one member. What is alone in its size is left out and never opened.
 *
 * Linear in the number of files: one pass finds the names of each inode, one counts by a hash of device and
 * size, one fills.
 *
 * @param taken Which files take part; all where it is missing.
 */
export function group(files: FileTable, isSelected?: (file: number) => boolean): CandidateGroups {
  const { nextLink, isMember } = chainNames(files, isSelected);
  const { order, starts } = bySize(files, isMember);
  const groupStarts: number[] = [];
  let filled = 0;
  for (let g = 0; g + 1 < starts.length; g += 1) {
    if (starts[g + 1] - starts[g] < 2) continue;
    groupStarts.push(filled);
    // Moved to the front of its own memory: a group never ends up behind where it was.
    for (let i = starts[g]; i < starts[g + 1]; i += 1, filled += 1) order[filled] = order[i];
  }
  groupStarts.push(filled);
  return { members: order.slice(0, filled), starts: Uint32Array.from(groupStarts), nextLink };
}

/** The names of each inode, chained by the bytes of their paths; the first one stands for the inode. */
interface Chains {
  /** By file: the next name of its inode, -1 where there is none. */
  readonly nextLink: Int32Array;
  /** By file: 1 where it stands for its inode; 0 for further names, empty files and what does not take part. */
  readonly isMember: Uint8Array;
}

function chainNames(files: FileTable, isSelected: ((file: number) => boolean) | undefined): Chains {
  const { size } = files.columns;
  const { inode } = files.words;
  const nextLink = new Int32Array(files.count).fill(-1);
  const isMember = new Uint8Array(files.count);
  const firstOfSlot = emptySlots(files.count);
  const last = firstOfSlot.length - 1;
  // From the end, so that a new name goes before the ones that are known: chains are in the order of rows.
  for (let file = files.count - 1; file >= 0; file -= 1) {
    if (size[file] === 0 || (isSelected !== undefined && !isSelected(file))) continue;
    let slot = mix(inode[2 * file] ^ inode[2 * file + 1]) & last;
    while (firstOfSlot[slot] >= 0 && !files.sameInode(firstOfSlot[slot], file))
      slot = (slot + 1) & last;
    const next = firstOfSlot[slot];
    firstOfSlot[slot] = file;
    isMember[file] = 1;
    if (next < 0) continue;
    nextLink[file] = next;
    isMember[next] = 0;
  }
  const chains = { nextLink, isMember };
  for (let file = 0; file < files.count; file += 1) {
    if (isMember[file] === 0 || nextLink[file] < 0) continue;
    const first = isInOrder(files, nextLink, file) ? file : putInOrder(files, chains, file);
    shareKind(files.columns.kind, nextLink, first);
  }
  return chains;
}

/** Rows are in the order of their directories, which differs from that of paths where a directory is in another one. */
function isInOrder(files: FileTable, nextLink: Int32Array, first: number): boolean {
  for (let name = first; nextLink[name] >= 0; name = nextLink[name])
    if (files.comparePaths(name, nextLink[name]) > 0) return false;
  return true;
}

/** The name that is the first then. */
function putInOrder(files: FileTable, { nextLink, isMember }: Chains, first: number): number {
  const names: number[] = [];
  for (let name = first; name >= 0; name = nextLink[name]) names.push(name);
  names.sort((a, b) => files.comparePaths(a, b));
  names.forEach((name, i) => {
    nextLink[name] = names[i + 1] ?? -1;
    isMember[name] = Number(i === 0);
  });
  return names[0];
}

/** What one name of a file tells of its kind holds for its other names: `b/x.o` tells what `a/prog` is. */
function shareKind(kind: Uint8Array, nextLink: Int32Array, first: number): void {
  let told = first;
  while (told >= 0 && kind[told] >= BY_CONTENT) told = nextLink[told];
  if (told < 0) return;
  for (let name = first; name >= 0; name = nextLink[name])
    if (kind[name] === BY_CONTENT) kind[name] = kind[told];
}

/** Members sorted into runs of equal device and size, in row order inside a run. */
function bySize(
  files: FileTable,
  isMember: Uint8Array,
): { order: Uint32Array; starts: Uint32Array } {
  const { size, device } = files.columns;
  const firstOfSlot = emptySlots(files.count);
  const last = firstOfSlot.length - 1;
  const groupOf = new Int32Array(files.count).fill(-1);
  const counts: number[] = [];
  for (let file = 0; file < files.count; file += 1) {
    if (isMember[file] === 0) continue;
    let slot = mix((size[file] >>> 0) ^ Math.imul(device[file] + 1, 0x9e37_79b1)) & last;
    let first = firstOfSlot[slot];
    while (first >= 0 && (size[first] !== size[file] || device[first] !== device[file])) {
      slot = (slot + 1) & last;
      first = firstOfSlot[slot];
    }
    if (first < 0) {
      firstOfSlot[slot] = file;
      groupOf[file] = counts.push(1) - 1;
    } else {
      groupOf[file] = groupOf[first];
      counts[groupOf[first]] += 1;
    }
  }
  const starts = new Uint32Array(counts.length + 1);
  for (let g = 0; g < counts.length; g += 1) starts[g + 1] = starts[g] + counts[g];
  const order = new Uint32Array(starts[counts.length]);
  const next = starts.slice();
  for (let file = 0; file < files.count; file += 1) {
    const own = groupOf[file];
    if (own >= 0) order[next[own]++] = file;
  }
  return { order, starts };
}

/** A hash table for `count` rows, at most half full: -1 where a slot is free. */
function emptySlots(count: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(count * 2 + 2))).fill(-1);
}

/** Murmur3's last steps: every bit of a word moves the low ones. */
function mix(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  return half ^ (half >>> 13);
}
