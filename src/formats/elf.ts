import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import { MAX_ENTRIES, MAX_NAME, MAX_NAMES } from "./ranges.ts";

/** A section of an ELF file. */
export interface ElfSection {
  /** "" if the name table is damaged, or the name longer than 4 KiB. */
  readonly name: string;
  /** `SHT_*`. */
  readonly type: number;
  /** `SHF_*`. Inexact above 2^53. */
  readonly flags: number;
  /** When it is loaded. */
  readonly address: number;
  /** In bytes from the start of the file. */
  readonly offset: number;
  /** In bytes. 0 if the section takes no room in the file. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

/** A table of headers in an ELF file. */
interface Table {
  /** In bytes from the start of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly entrySize: number;
  readonly count: number;
}

export interface ElfFile {
  /** 64-bit. */
  readonly wide: boolean;
  readonly little: boolean;
  /** `ET_*`. */
  readonly type: number;
  /** `EM_*`. */
  readonly machine: number;
  readonly segmentTable: Table;
  readonly sectionTable: Table;
  /** Those that are wanted; if all are, by index, hence the first one is empty. None if the file has no section table. */
  readonly sections: readonly ElfSection[];
}

const ElfSectionFlag = { loaded: 2, executable: 4, merged: 16, strings: 32 } as const;

export const ElfSectionType = { symbols: 2, rela: 4, note: 7, noBits: 8, rel: 9 } as const;

const MAX_COMMENT = 64 * 1024;
/** Bytes of a section table. */
const MAX_TABLE = 64 * 1024 * 1024;
const MAGIC = 0x7f45_4c46;
const SHN_XINDEX = 0xffff;
const PN_XNUM = 0xffff;

export function isElf(head: Uint8Array): boolean {
  return head.length >= 52 && new Fields(head, false).u32(0) === MAGIC;
}

/**
 * Reads the headers of an ELF file. undefined if the file is not ELF, or its section table is damaged. Source: System
 * V Application Binary Interface, chapter 4.
 *
 * @param isWanted Selects sections by name: to read all headers takes ten times as long.
 */
export function readElf(
  file: ByteSource,
  isWanted: (name: string) => boolean = () => true,
): ElfFile | undefined {
  const head = copyOf(file.read(0, 64));
  if (!isElf(head)) return undefined;
  const wide = head[4] === 2;
  const little = head[5] !== 2;
  const header = new Fields(head, little);
  const table = {
    offset: wide ? header.u64(40) : header.u32(32),
    entrySize: header.u16(wide ? 58 : 46),
  };
  const hasSections = table.offset !== 0;
  if (hasSections && table.entrySize < (wide ? 64 : 40)) return undefined;
  // Larger counts than the header can hold are in the first section.
  const first = hasSections
    ? sectionAt(new Fields(copyOf(file.read(table.offset, table.entrySize)), little), 0, wide)
    : undefined;
  const count = first === undefined ? 0 : header.u16(wide ? 60 : 48) || first.size;
  if (count > MAX_ENTRIES || count * table.entrySize > MAX_TABLE) return undefined;
  const segments = header.u16(wide ? 56 : 44);
  const elf = {
    wide,
    little,
    type: header.u16(16),
    machine: header.u16(18),
    segmentTable: {
      offset: wide ? header.u64(32) : header.u32(28),
      entrySize: header.u16(wide ? 54 : 42),
      count: segments === PN_XNUM ? (first?.info ?? 0) : segments,
    },
    sectionTable: { ...table, count },
  };
  if (first === undefined || count === 0) return { ...elf, sections: [] };
  const bytes = copyOf(file.read(table.offset, count * table.entrySize));
  if (bytes.length < count * table.entrySize) return undefined;
  const namesIndex = header.u16(wide ? 62 : 50);
  const index = namesIndex === SHN_XINDEX ? first.link : namesIndex;
  if (index >= count) return undefined;
  const fields = new Fields(bytes, little);
  const names = sectionAt(fields, index * table.entrySize, wide);
  if (names.size > MAX_NAMES) return undefined;
  const nameTable = latin1(file.read(names.offset, names.size));
  const sections: ElfSection[] = [];
  let bytesOfNames = 0;
  for (let i = 0; i < count; i += 1) {
    const at = i * table.entrySize;
    const name = i === 0 ? "" : stringAt(nameTable, fields.u32(at));
    if ((bytesOfNames += name.length) > MAX_NAMES) return undefined;
    if (!isWanted(name)) continue;
    const section = sectionAt(fields, at, wide);
    const size = section.type === ElfSectionType.noBits ? 0 : section.size;
    sections.push({ ...section, size, name });
  }
  return { ...elf, sections };
}

/**
 * The sections of an ELF file whose names satisfy `isWanted`, in file order. Empty if the file is not ELF or its
 * section table is damaged.
 */
export function elfSections(
  file: ByteSource,
  isWanted: (name: string) => boolean,
): readonly ElfSection[] {
  return readElf(file, (name) => name !== "" && isWanted(name))?.sections ?? [];
}

/** The strings of a `.comment` section, into which compilers and linkers write their names. */
export function elfComments(
  file: ByteSource,
  { offset, size }: Pick<ElfSection, "offset" | "size">,
): string[] {
  const text = latin1(file.read(offset, Math.min(size, MAX_COMMENT)));
  return text.split("\0").filter((each) => each !== "");
}

/** Flags may have more than 32 bits. */
export function hasSectionFlag(
  { flags }: Pick<ElfSection, "flags">,
  flag: keyof typeof ElfSectionFlag,
): boolean {
  return Math.floor(flags / ElfSectionFlag[flag]) % 2 === 1;
}

/** The string at an offset of a string table; "" if it does not end within 4 KiB. */
export function stringAt(table: string, at: number): string {
  const piece = table.slice(at, at + MAX_NAME);
  return piece.slice(0, Math.max(0, piece.indexOf("\0")));
}

/** The header of a section at an offset. */
function sectionAt(fields: Fields, at: number, wide: boolean): Omit<ElfSection, "name"> {
  return {
    type: fields.u32(at + 4),
    flags: wide ? fields.u64(at + 8) : fields.u32(at + 8),
    address: wide ? fields.u64(at + 16) : fields.u32(at + 12),
    offset: wide ? fields.u64(at + 24) : fields.u32(at + 16),
    size: wide ? fields.u64(at + 32) : fields.u32(at + 20),
    link: fields.u32(at + (wide ? 40 : 24)),
    info: fields.u32(at + (wide ? 44 : 28)),
    entrySize: wide ? fields.u64(at + 56) : fields.u32(at + 36),
  };
}
