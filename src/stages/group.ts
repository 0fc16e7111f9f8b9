import { BY_CONTENT } from "../artifacts/kinds.ts";
import type { FileTable } from "../file-table.ts";
import type { CandidateGroups } from "../model.ts";

/** Groups up to this many names are searched for common inodes pair by pair. */
const FEW = 16;
const TWO_32 = 0x1_0000_0000;

/**
 * Puts together the inodes that may be equal: same device, same size, not empty. Names of one inode fold
 * into one member. What is alone in its size is left out and never opened.
 *
 * Linear in the number of files: one pass counts by a hash of device and size, one fills.
 *
 * @param taken Which files take part; all where it is missing.
 */
export function group(files: FileTable, taken?: (file: number) => boolean): CandidateGroups {
  const { order, starts } = bySize(files, taken);
  const nextName = new Int32Array(files.count).fill(-1);
  const members = new Uint32Array(order.length);
  const groupStarts: number[] = [];
  let filled = 0;
  for (let g = 0; g + 1 < starts.length; g += 1) {
    if (starts[g + 1] - starts[g] < 2) continue;
    const rows = order.subarray(starts[g], starts[g + 1]);
    const inodes = areDistinct(files, rows) ? rows : foldNames(files, rows, nextName);
    if (inodes.length < 2) continue;
    groupStarts.push(filled);
    members.set(inodes, filled);
    filled += inodes.length;
  }
  groupStarts.push(filled);
  return { members: members.slice(0, filled), starts: Uint32Array.from(groupStarts), nextName };
}

/** Rows sorted into runs of equal device and size, in row order inside a run. */
function bySize(
  files: FileTable,
  taken: ((file: number) => boolean) | undefined,
): { order: Uint32Array; starts: Uint32Array } {
  const { size, device } = files.columns;
  const slots = 2 ** Math.ceil(Math.log2(files.count * 2 + 2));
  const firstOfSlot = new Int32Array(slots).fill(-1);
  const groupOfSlot = new Uint32Array(slots);
  const groupOf = new Int32Array(files.count).fill(-1);
  const counts: number[] = [];
  for (let file = 0; file < files.count; file += 1) {
    if (size[file] === 0 || (taken !== undefined && !taken(file))) continue;
    let slot = hashOf(size[file], device[file]) & (slots - 1);
    while (firstOfSlot[slot] >= 0) {
      const first = firstOfSlot[slot];
      if (size[first] === size[file] && device[first] === device[file]) break;
      slot = (slot + 1) & (slots - 1);
    }
    if (firstOfSlot[slot] < 0) {
      firstOfSlot[slot] = file;
      groupOfSlot[slot] = counts.push(0) - 1;
    }
    groupOf[file] = groupOfSlot[slot];
    counts[groupOfSlot[slot]] += 1;
  }
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, g) => {
    starts[g + 1] = starts[g] + count;
  });
  const order = new Uint32Array(starts[counts.length]);
  const next = starts.slice();
  for (let file = 0; file < files.count; file += 1) {
    if (groupOf[file] < 0) continue;
    order[next[groupOf[file]]] = file;
    next[groupOf[file]] += 1;
  }
  return { order, starts };
}

function hashOf(size: number, device: number): number {
  const low = size >>> 0;
  const high = (size / 0x1_0000_0000) >>> 0;
  const mixed = Math.imul(low ^ Math.imul(high + device, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}

/** Whether the rows are of as many inodes: so it is mostly, and nothing is to fold. */
function areDistinct(files: FileTable, rows: Uint32Array): boolean {
  if (rows.length <= FEW) {
    for (let i = 1; i < rows.length; i += 1)
      for (let j = 0; j < i; j += 1) if (files.sameInode(rows[i], rows[j])) return false;
    return true;
  }
  const { inode } = files.words;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(rows.length * 2))).fill(-1);
  for (const row of rows) {
    let slot = hashOf(inode[2 * row] + inode[2 * row + 1] * TWO_32, 0) & (slots.length - 1);
    for (; slots[slot] >= 0; slot = (slot + 1) & (slots.length - 1))
      if (files.sameInode(slots[slot], row)) return false;
    slots[slot] = row;
  }
  return true;
}

/**
 * The first name (by path bytes) of each inode among `rows`; further names are chained behind it in
 * `nextName`, ordered too.
 */
function foldNames(files: FileTable, rows: Uint32Array, nextName: Int32Array): number[] {
  const namesOf = new Map<bigint | number, number[]>();
  if (rows.length <= FEW) {
    rows.forEach((row, i) => {
      let first = 0;
      while (first < i && !files.sameInode(rows[first], row)) first += 1;
      const names = namesOf.get(first);
      if (names === undefined) namesOf.set(first, [row]);
      else names.push(row);
    });
  } else {
    const { inode } = files.columns;
    for (const row of rows) {
      const names = namesOf.get(inode[row]);
      if (names === undefined) namesOf.set(inode[row], [row]);
      else names.push(row);
    }
  }
  return Array.from(namesOf.values(), (names) => {
    if (names.length === 1) return names[0];
    names.sort((a, b) => files.comparePaths(a, b));
    for (let i = 0; i + 1 < names.length; i += 1) nextName[names[i]] = names[i + 1];
    shareKind(files.columns.kind, names);
    return names[0];
  });
}

/** What one name of a file tells of its kind holds for its other names: `b/x.o` tells what `a/prog` is. */
function shareKind(kind: Uint8Array, names: readonly number[]): void {
  const told = names.find((name) => kind[name] < BY_CONTENT);
  if (told === undefined) return;
  for (const name of names) if (kind[name] === BY_CONTENT) kind[name] = kind[told];
}
