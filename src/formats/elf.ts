import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";

/** A section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  /** In bytes from the start of the file. */
  readonly offset: number;
  /** In bytes. 0 if the section takes no room in the file. */
  readonly size: number;
}

const MAX_SECTIONS = 100_000;
const MAX_NAMES = 16 * 1024 * 1024;
const MAX_COMMENT = 64 * 1024;
const SHT_NOBITS = 8;
const SHN_XINDEX = 0xffff;

/**
 * The sections of an ELF file whose names satisfy `isWanted`, in file order. Empty if the file is not ELF or its
 * section table is damaged. Source: System V Application Binary Interface, chapter 4.
 */
export function elfSections(file: ByteSource, isWanted: (name: string) => boolean): ElfSection[] {
  const head = copyOf(file.read(0, 64));
  if (head.length < 52 || new Fields(head, false).u32(0) !== 0x7f45_4c46) return [];
  const wide = head[4] === 2;
  const little = head[5] !== 2;
  const header = new Fields(head, little);
  const table = wide ? header.u64(40) : header.u32(32);
  const entrySize = header.u16(wide ? 58 : 46);
  if (table === 0 || entrySize < (wide ? 64 : 40)) return [];
  const sectionAt = (bytes: Uint8Array, index: number): RawSection =>
    rawSection(new Fields(bytes.subarray(index * entrySize), little), wide);
  // Larger counts than the header can hold are in the first section.
  const first = sectionAt(copyOf(file.read(table, entrySize)), 0);
  const count = header.u16(wide ? 60 : 48) || first.size;
  const namesIndex = header.u16(wide ? 62 : 50);
  const index = namesIndex === SHN_XINDEX ? first.link : namesIndex;
  if (count > MAX_SECTIONS || index >= count) return [];
  const bytes = copyOf(file.read(table, count * entrySize));
  if (bytes.length < count * entrySize) return [];
  const names = sectionAt(bytes, index);
  if (names.size > MAX_NAMES) return [];
  const nameTable = latin1(file.read(names.offset, names.size));
  const found: ElfSection[] = [];
  for (let i = 1; i < count; i += 1) {
    const { nameAt, type, offset, size } = sectionAt(bytes, i);
    const end = nameTable.indexOf("\0", nameAt);
    if (nameAt >= nameTable.length || end < 0) continue;
    const name = nameTable.slice(nameAt, end);
    if (isWanted(name)) found.push({ name, offset, size: type === SHT_NOBITS ? 0 : size });
  }
  return found;
}

/** The strings of a `.comment` section, into which compilers and linkers write their names. */
export function elfComments(file: ByteSource, { offset, size }: ElfSection): string[] {
  const text = latin1(file.read(offset, Math.min(size, MAX_COMMENT)));
  return text.split("\0").filter((each) => each !== "");
}

interface RawSection {
  readonly nameAt: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function rawSection(fields: Fields, wide: boolean): RawSection {
  return {
    nameAt: fields.u32(0),
    type: fields.u32(4),
    offset: wide ? fields.u64(24) : fields.u32(16),
    size: wide ? fields.u64(32) : fields.u32(20),
    link: fields.u32(wide ? 40 : 24),
  };
}
