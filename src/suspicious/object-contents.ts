import { type ByteSource, copyOf } from "../formats/byte-source.ts";
import {
  type ElfSymbol,
  SymbolBinding,
  SymbolType,
  elfRelocations,
  elfSymbols,
} from "../formats/elf-symbols.ts";
import {
  type ElfFile,
  type ElfSection,
  ElfSectionType,
  hasSectionFlag,
  readElf,
} from "../formats/elf.ts";
import { type RelocatedBytes, markRelocated, pieceOf } from "./relocated-bytes.ts";

/** A function of an object file. */
export interface ObjectFunction {
  readonly name: string;
  /** Other modules can call it, so that its name is known even if the module is stripped. */
  readonly exported: boolean;
  readonly code: RelocatedBytes;
}

/** What an object file contributes to a module that it is linked into. */
export interface ObjectContents {
  /** Without those that the linker may take from another object, as C++ inline functions. */
  readonly functions: readonly ObjectFunction[];
  /** Pieces of read-only and initialized data that can be found in the module. */
  readonly data: readonly RelocatedBytes[];
}

const ET_REL = 1;
const EM_ARM = 40;
const DATA = /^\.(?:rodata|data)\b/;
/** Larger objects are left out, in bytes of code and data. */
const MAX_CONTENTS = 64 * 1024 * 1024;
/** Of strings and constants that the linker moves one by one, this many are compared. */
const MAX_PIECES = 1000;

/** Reads an object file. undefined if it is no ELF object, too large, damaged, or without functions. */
export function readObject(file: ByteSource): ObjectContents | undefined {
  const elf = readElf(file);
  if (elf === undefined || elf.type !== ET_REL) return undefined;
  const table = elfSymbols(file, elf);
  const loaded = elf.sections.filter((section) => hasSectionFlag(section, "loaded"));
  if (table === undefined || loaded.reduce((sum, { size }) => sum + size, 0) > MAX_CONTENTS)
    return undefined;
  const contents = sectionContents(file, elf);
  const functions = functionsOf(elf, table.symbols, contents);
  if (functions === undefined || functions.length === 0) return undefined;
  return { functions, data: dataOf(elf, contents) };
}

/** The contents of the loaded sections, by index. */
function sectionContents(file: ByteSource, elf: ElfFile): ReadonlyMap<number, RelocatedBytes> {
  const relocations = elfRelocations(file, elf);
  const contents = new Map<number, RelocatedBytes>();
  for (const [index, section] of elf.sections.entries()) {
    const { type, offset, size } = section;
    if (!hasSectionFlag(section, "loaded") || type === ElfSectionType.noBits) continue;
    const bytes = copyOf(file.read(offset, size));
    contents.set(index, markRelocated(bytes, relocations.get(index) ?? [], elf.machine));
  }
  return contents;
}

function functionsOf(
  { machine, sections }: ElfFile,
  symbols: readonly ElfSymbol[],
  contents: ReadonlyMap<number, RelocatedBytes>,
): ObjectFunction[] | undefined {
  const functions: ObjectFunction[] = [];
  for (const { name, type, binding, visibility, section, value, size } of symbols) {
    const isFunction = type === SymbolType.function || type === SymbolType.indirectFunction;
    const isStrong = binding === SymbolBinding.local || binding === SymbolBinding.global;
    const body = contents.get(section);
    if (!isFunction || !isStrong || size === 0 || name === "" || body === undefined) continue;
    if (!hasSectionFlag(sections[section], "executable")) continue;
    const start = startOf(value, machine);
    if (start + size > body.bytes.length) return undefined;
    const exported = binding === SymbolBinding.global && visibility === 0;
    functions.push({ name, exported, code: pieceOf(body, start, start + size) });
  }
  return functions;
}

/** Where a function begins: on ARM, the lowest bit tells the instruction set. */
export function startOf(value: number, machine: number): number {
  return machine === EM_ARM ? value - (value % 2) : value;
}

function dataOf(
  { sections }: ElfFile,
  contents: ReadonlyMap<number, RelocatedBytes>,
): RelocatedBytes[] {
  const pieces: RelocatedBytes[] = [];
  for (const [index, body] of contents) {
    const section = sections[index];
    if (hasSectionFlag(section, "executable") || !DATA.test(section.name)) continue;
    for (const [from, to] of entriesOf(section, body.bytes)) pieces.push(pieceOf(body, from, to));
  }
  return pieces;
}

/** The linker moves the entries of a section that it may merge one by one; other sections stay whole. */
function entriesOf(section: ElfSection, bytes: Uint8Array): [from: number, to: number][] {
  const { entrySize } = section;
  if (!hasSectionFlag(section, "merged") || entrySize === 0) return [[0, bytes.length]];
  const entries: [number, number][] = [];
  const areStrings = hasSectionFlag(section, "strings");
  let from = 0;
  for (let at = 0; at + entrySize <= bytes.length; at += entrySize) {
    if (entries.length === MAX_PIECES) break;
    const isEnd = bytes.subarray(at, at + entrySize).every((byte) => byte === 0);
    if (areStrings && !isEnd) continue;
    entries.push([from, at + entrySize]);
    from = at + entrySize;
  }
  return entries;
}
