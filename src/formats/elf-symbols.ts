import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import { type ElfFile, type ElfSection, ElfSectionType, stringAt } from "./elf.ts";

/** An entry of a symbol table. */
export interface ElfSymbol {
  readonly name: string;
  /** An address; in an object file, an offset in the section. */
  readonly value: number;
  /** In bytes. */
  readonly size: number;
  /** `STT_*`. */
  readonly type: number;
  /** `STB_*`. */
  readonly binding: number;
  /** `STV_*`. */
  readonly visibility: number;
  /** Index of the section that it is in, or `SHN_*`. */
  readonly section: number;
}

export const SymbolType = { function: 2, indirectFunction: 10 } as const;
export const SymbolBinding = { local: 0, global: 1 } as const;

/** In bytes. */
const MAX_TABLE = 16 * 1024 * 1024;
const MAX_SYMBOL_NAMES = 64 * 1024 * 1024;
const DYNAMIC_SYMBOLS = 11;

/**
 * The symbols of an ELF file: those for the linker or, if it is stripped, those for the loader. undefined if it has
 * none, or they are damaged. Source: System V Application Binary Interface, chapter 4.
 */
export function elfSymbols(
  file: ByteSource,
  elf: ElfFile,
): { symbols: ElfSymbol[]; stripped: boolean } | undefined {
  const { sections, wide, little } = elf;
  const full = sections.find(({ type }) => type === ElfSectionType.symbols);
  const table = full ?? sections.find(({ type }) => type === DYNAMIC_SYMBOLS);
  const names: ElfSection | undefined = table && sections[table.link];
  if (table === undefined || names === undefined) return undefined;
  if (table.size > MAX_TABLE || names.size > MAX_SYMBOL_NAMES) return undefined;
  const nameTable = latin1(file.read(names.offset, names.size));
  const bytes = copyOf(file.read(table.offset, table.size));
  const width = wide ? 24 : 16;
  const symbols = Array.from({ length: Math.floor(bytes.length / width) }, (_, i): ElfSymbol => {
    const entry = bytes.subarray(i * width, (i + 1) * width);
    const fields = new Fields(entry, little);
    const info = entry[wide ? 4 : 12];
    return {
      name: stringAt(nameTable, fields.u32(0)),
      value: wide ? fields.u64(8) : fields.u32(4),
      size: wide ? fields.u64(16) : fields.u32(8),
      type: info % 16,
      binding: Math.floor(info / 16),
      visibility: entry[wide ? 5 : 13] % 4,
      section: fields.u16(wide ? 6 : 14),
    };
  });
  return { symbols, stripped: full === undefined };
}

/** A place in a section of an object file that the linker fills in. */
export interface ElfRelocation {
  /** In bytes from the start of the section. */
  readonly offset: number;
  /** Depends on the machine. */
  readonly type: number;
}

/** The relocations of each section of an object file, by its index. */
export function elfRelocations(file: ByteSource, elf: ElfFile): Map<number, ElfRelocation[]> {
  const { wide, little } = elf;
  const found = new Map<number, ElfRelocation[]>();
  for (const { type, offset, size, info } of elf.sections) {
    const hasAddend = type === ElfSectionType.rela;
    if ((!hasAddend && type !== ElfSectionType.rel) || size > MAX_TABLE) continue;
    const word = wide ? 8 : 4;
    const width = word * (hasAddend ? 3 : 2);
    const bytes = copyOf(file.read(offset, size));
    const relocations = found.get(info) ?? [];
    for (let at = 0; at + width <= bytes.length; at += width) {
      const fields = new Fields(bytes.subarray(at, at + width), little);
      relocations.push({
        offset: wide ? fields.u64(0) : fields.u32(0),
        // The symbol is in the other bits.
        type: wide ? fields.u32(little ? 8 : 12) : fields.u32(4) % 256,
      });
    }
    found.set(info, relocations);
  }
  return found;
}
