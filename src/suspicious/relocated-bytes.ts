import type { ElfRelocation } from "../formats/elf-symbols.ts";

/** Bytes of an object file, of which the linker changes some. */
export interface RelocatedBytes {
  readonly bytes: Uint8Array;
  /** Parallel to the bytes: 1 where the linker may change one. */
  readonly changed: Uint8Array;
}

const EM = { i386: 3, x86_64: 62, aarch64: 183 } as const;
/** Searching data that has few bytes to go by is given up after this many places. */
const MAX_PLACES = 10_000;

/** Marks what the linker may change in a section. */
export function markRelocated(
  bytes: Uint8Array,
  relocations: readonly ElfRelocation[],
  machine: number,
): RelocatedBytes {
  const changed = new Uint8Array(bytes.length);
  for (const { offset, type } of relocations) {
    const [before, after] = extentOf(type, machine);
    changed.fill(1, Math.max(0, offset - before), offset + after);
  }
  return { bytes, changed };
}

/** The bytes from one offset up to another. */
export function pieceOf(
  { bytes, changed }: RelocatedBytes,
  from: number,
  to: number,
): RelocatedBytes {
  return { bytes: bytes.subarray(from, to), changed: changed.subarray(from, to) };
}

/**
 * How many bytes before and from a relocation's offset on the linker may change. Linkers replace some instructions by
 * shorter ones ("relaxation"). Source: the ABI supplements of the processors.
 */
function extentOf(type: number, machine: number): [before: number, after: number] {
  switch (machine) {
    case EM.x86_64:
      // TLSGD and TLSLD, up to the call behind them
      if (type === 19) return [4, 12];
      if (type === 20) return [3, 9];
      // TLSDESC_CALL
      if (type === 35) return [0, 2];
      // GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTTPOFF, GOTPC32_TLSDESC
      if ([9, 41, 42, 22, 34].includes(type)) return [3, 4];
      // 64, PC64 and other relocations of 64 bits
      return [1, 17, 18, 24, 25, 27, 28, 29, 30, 31, 33].includes(type) ? [0, 8] : [0, 4];
    case EM.i386:
      // TLS_GD, TLS_LDM
      if (type === 18 || type === 19) return [3, 9];
      // GOT32, GOT32X and others of thread-local storage
      return type === 3 || type === 43 || (type >= 14 && type <= 37) ? [2, 4] : [0, 4];
    case EM.aarch64:
      // ABS64, PREL64
      return [257, 260].includes(type) ? [0, 8] : [0, 4];
    default:
      return [0, 8];
  }
}

/** Whether these bytes are what the linker made of the others. */
export function isRelocatedTo({ bytes, changed }: RelocatedBytes, linked: Uint8Array): boolean {
  if (linked.length < bytes.length) return false;
  for (let i = 0; i < bytes.length; i += 1)
    if (bytes[i] !== linked[i] && changed[i] === 0) return false;
  return true;
}

/** Whether some of these bytes are what the linker made of the others. */
export function isRelocatedWithin(wanted: RelocatedBytes, linked: Buffer): boolean {
  const run = longestRun(wanted.changed);
  if (run.length === 0) return true;
  const needle = wanted.bytes.subarray(run.start, run.start + run.length);
  let at = linked.indexOf(needle);
  for (let places = 0; at >= 0 && places < MAX_PLACES; places += 1) {
    if (at >= run.start && isRelocatedTo(wanted, linked.subarray(at - run.start))) return true;
    at = linked.indexOf(needle, at + 1);
  }
  return false;
}

/** The longest run of bytes that stay as they are. */
function longestRun(changed: Uint8Array): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < changed.length;) {
    let end = start;
    while (end < changed.length && changed[end] === 0) end += 1;
    if (end - start > best.length) best = { start, length: end - start };
    start = end + 1;
  }
  return best;
}
