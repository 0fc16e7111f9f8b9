import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import { FieldRanges } from "./field-ranges.ts";
import { MAX_NAME, type Range, completeRanges, overlayRanges } from "./ranges.ts";

/** x86, ARM, ARM Thumb-2, x86-64, ARM64. */
const MACHINES: readonly number[] = [0x14c, 0x1c0, 0x1c4, 0x8664, 0xaa64];
const PE_64 = 0x20b;
const CODE = 0x20;
const EXECUTABLE = 0x2000_0000;
const UNINITIALIZED = 0x80;
const DIRECTORY = { exports: 0, resources: 2, signature: 4, debug: 6 } as const;
const DEBUG_TYPE = { codeView: 2, repro: 16 } as const;
const MAX_DEBUG_ENTRIES = 100;

const HEADER = { label: "PE header", class: "code" } as const;
const LAYOUT = { ...HEADER, derived: "loaded-layout" } as const;
const LINK_TIME = { label: "link time", class: "noise", cause: "link-time" } as const;
const DEBUG_ID = {
  label: "debug id",
  class: "noise",
  cause: "build-id",
  derived: "content",
} as const;

interface Section {
  readonly label: string;
  readonly address: number;
  readonly offset: number;
  readonly length: number;
  readonly meaning: Pick<Range, "class" | "cause">;
  readonly relocations: Pick<Range, "offset" | "length">;
}

/** Whether these are the first 64 bytes of a program or library for Windows, or of an object in the format COFF. */
export function isPe(head: Uint8Array): boolean {
  if (head.length >= 64 && head[0] === 0x4d && head[1] === 0x5a) return true;
  const fields = new Fields(head, true);
  const firstName = head[20];
  return (
    head.length >= 60 &&
    MACHINES.includes(fields.u16(0)) &&
    fields.u16(16) === 0 &&
    (firstName === 0x2e || firstName === 0x2f)
  );
}

/** The ranges of a PE or COFF file; undefined if it is none, or damaged. Source: Microsoft, PE Format. */
export function peRanges(file: ByteSource): Range[] | undefined {
  const dos = new Fields(copyOf(file.read(0, 64)), true);
  const isImage = dos.u16(0) === 0x5a4d;
  const start = isImage ? dos.u32(60) : -4;
  if (isImage && latin1(file.read(start, 4)) !== "PE\0\0") return undefined;
  const coff = new Fields(copyOf(file.read(start + 4, 20)), true);
  const optionalSize = coff.u16(16);
  const optionalAt = start + 24;
  const optional = new Fields(copyOf(file.read(optionalAt, optionalSize)), true);
  const wide = optional.u16(0) === PE_64;
  const sections = readSections(file, coff, optionalAt + optionalSize);
  if (sections === undefined) return undefined;
  const symbols = { offset: coff.u32(8), length: coff.u32(12) * 18 };
  const strings = symbols.offset + symbols.length;
  const stringsLength = new Fields(copyOf(file.read(strings, 4)), true).u32(0);
  const hasSymbols = symbols.offset > 0;
  const outer = completeRanges(file.size, [
    ...(isImage ? new FieldRanges(0).add(start, { label: "DOS stub", class: "other" }).ranges : []),
    ...coffHeader(start, isImage),
    ...optionalHeader(optionalAt, optionalSize),
    ...sectionHeaders(optionalAt + optionalSize, sections),
    ...sections.map(({ label, offset, length, meaning }) => ({
      label,
      offset,
      length,
      ...meaning,
    })),
    ...sections.map(({ label, relocations, meaning }) => ({
      ...relocations,
      label: `${label} relocations`,
      ...meaning,
    })),
    ...(hasSymbols ? [{ ...symbols, label: "symbol table", class: "names" } as const] : []),
    ...(hasSymbols
      ? [{ offset: strings, length: stringsLength, label: "string table", class: "names" } as const]
      : []),
  ]);
  const directories = optionalAt + (wide ? 112 : 96);
  const inner = isImage
    ? directoryRanges(file, sections, directories, optionalAt + optionalSize)
    : [];
  return overlayRanges(outer, completeInner(inner));
}

function coffHeader(start: number, isImage: boolean): Range[] {
  return new FieldRanges(isImage ? start : 0)
    .add(isImage ? 8 : 4, HEADER)
    .add(4, LINK_TIME)
    .add(8, { ...HEADER, class: "other", owner: "symbols", derived: "layout" })
    .add(4, HEADER).ranges;
}

/** In order, as far as they do not overlap. */
function completeInner(ranges: readonly Range[]): Range[] {
  return ranges.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
}

function optionalHeader(at: number, size: number): Range[] {
  if (size < 72) return new FieldRanges(at).add(size, HEADER).ranges;
  return new FieldRanges(at)
    .add(4, HEADER)
    .add(20, LAYOUT)
    .add(32, HEADER)
    .add(8, LAYOUT)
    .add(4, { label: "checksum", class: "other", derived: "content" })
    .add(28, HEADER)
    .add(size - 96, LAYOUT).ranges;
}

function sectionHeaders(at: number, sections: readonly Section[]): Range[] {
  return sections.flatMap(({ label }, i) => {
    const header = { label: "section headers", class: "other", owner: label } as const;
    return new FieldRanges(at + i * 40).add(36, { ...header, derived: "layout" }).add(4, header)
      .ranges;
  });
}

function readSections(file: ByteSource, coff: Fields, at: number): Section[] | undefined {
  const count = coff.u16(2);
  const bytes = copyOf(file.read(at, count * 40));
  if (bytes.length < count * 40) return undefined;
  const strings = coff.u32(8) + coff.u32(12) * 18;
  return Array.from({ length: count }, (_, i) => {
    const entry = bytes.subarray(i * 40, i * 40 + 40);
    const fields = new Fields(entry, true);
    const flags = fields.u32(36);
    const label = sectionName(file, latin1(entry.subarray(0, 8)), strings);
    return {
      label,
      address: fields.u32(12),
      offset: fields.u32(20),
      length: (flags & UNINITIALIZED) === 0 ? fields.u32(16) : 0,
      meaning: meaningOf(label, flags),
      relocations: { offset: fields.u32(24), length: fields.u16(32) * 10 },
    };
  });
}

/** Longer names are in the string table. */
function sectionName(file: ByteSource, given: string, strings: number): string {
  const name = given.replace(/\0.*$/s, "");
  const offset = /^\/(\d+)$/.exec(name)?.[1];
  if (offset === undefined) return name === "" ? "(no name)" : name;
  const text = latin1(file.read(strings + Number(offset), 64));
  return text.slice(0, Math.min(MAX_NAME, Math.max(0, text.indexOf("\0")))) || name;
}

function meaningOf(label: string, flags: number): Pick<Range, "class" | "cause"> {
  if (/^\.(?:z?debug[_$]?|gnu_debuglink|stab)/.test(label))
    return { class: "noise", cause: "debug" };
  return { class: (flags & (CODE | EXECUTABLE)) === 0 ? "data" : "code" };
}

/** What the directories of an image tell about times, debug information and signatures inside of sections. */
function directoryRanges(
  file: ByteSource,
  sections: readonly Section[],
  start: number,
  end: number,
): Range[] {
  const entry = (index: number): { address: number; size: number } | undefined => {
    const at = start + index * 8;
    if (at + 8 > end) return undefined;
    const fields = new Fields(copyOf(file.read(at, 8)), true);
    const address = fields.u32(0);
    return address === 0 ? undefined : { address, size: fields.u32(4) };
  };
  const offsetOf = (address: number): number | undefined => {
    const section = sections.find((each) => isIn(address, each.address, each.length));
    return section && section.offset + address - section.address;
  };
  const ranges: Range[] = [];
  for (const index of [DIRECTORY.exports, DIRECTORY.resources]) {
    const directory = entry(index);
    const offset = directory && offsetOf(directory.address);
    if (offset !== undefined) ranges.push({ offset: offset + 4, length: 4, ...LINK_TIME });
  }
  const signature = entry(DIRECTORY.signature);
  if (signature !== undefined)
    ranges.push({
      // This address is an offset in the file.
      offset: signature.address,
      length: signature.size,
      label: "signature",
      class: "noise",
      cause: "signature",
      derived: "content",
    });
  const debug = entry(DIRECTORY.debug);
  const debugAt = debug && offsetOf(debug.address);
  if (debug === undefined || debugAt === undefined) return ranges;
  const count = Math.min(MAX_DEBUG_ENTRIES, Math.floor(debug.size / 28));
  for (let i = 0; i < count; i += 1) ranges.push(...debugRanges(file, debugAt + i * 28));
  return ranges;
}

function debugRanges(file: ByteSource, at: number): Range[] {
  const fields = new Fields(copyOf(file.read(at, 28)), true);
  const type = fields.u32(12);
  const [length, offset] = [fields.u32(16), fields.u32(24)];
  const time = { offset: at + 4, length: 4, ...LINK_TIME };
  if (type === DEBUG_TYPE.repro) return [time, { offset, length, ...DEBUG_ID }];
  if (type !== DEBUG_TYPE.codeView) return [time];
  const id = Math.min(24, length);
  const path = { label: "path of the PDB", class: "noise", cause: "debug" } as const;
  return [time, ...new FieldRanges(offset).add(id, DEBUG_ID).add(length - id, path).ranges];
}

function isIn(address: number, start: number, length: number): boolean {
  return address >= start && address < start + length;
}
