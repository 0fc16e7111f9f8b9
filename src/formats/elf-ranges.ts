import { type ByteSource, Fields } from "./byte-source.ts";
import { type ElfFile, type ElfSection, ElfSectionType, hasSectionFlag, readElf } from "./elf.ts";
import { FieldRanges } from "./field-ranges.ts";
import { MAX_ENTRIES, type Range, completeRanges } from "./ranges.ts";

const PT_LOAD = 1;
const PF_X = 1;

const DEBUG = /^\.(?:rela?)?(?:\.?z?debug|\.?gnu\.debuglto_|\.?stab|gnu_debugdata|gdb_index|line$)/;
const BUILD_ID = /^\.note\.(?:gnu\.build-id|go\.buildid)$/;
const DEBUG_LINK = /^\.gnu_debug(?:alt)?link$/;
/** gcc ends the names of its LTO sections with a random number. */
const LTO = /^(\.gnu\.lto_.*)\.[0-9a-f]{4,16}$/;
const LTO_CODE = /^\.gnu\.lto_|^\.llvm(?:bc|\.lto)$/;
const NAMES = /^\.(?:symtab|strtab|shstrtab|symtab_shndx|gnu_debugsym)$/;

/** The ranges of an ELF file; undefined if it is not ELF, or damaged. */
export function elfRanges(file: ByteSource): Range[] | undefined {
  const elf = readElf(file);
  if (elf === undefined || elf.segmentTable.count > MAX_ENTRIES) return undefined;
  const sections = elf.sections.slice(1);
  return completeRanges(file.size, [
    ...headerRanges(elf),
    ...segmentHeaders(elf),
    ...(sections.length > 0
      ? [...sectionHeaders(elf), ...sections.map(sectionRange(sections))]
      : segmentRanges(file, elf)),
  ]);
}

function headerRanges({ wide }: ElfFile): Range[] {
  const header = { label: "ELF header", class: "code" } as const;
  const word = wide ? 8 : 4;
  return new FieldRanges(0)
    .add(24, header)
    .add(word, { ...header, label: "entry point", derived: "loaded-layout" })
    .add(word, { ...header, class: "other", owner: "segments", derived: "loaded-layout" })
    .add(word, { ...header, class: "other", owner: "sections", derived: "layout" })
    .add(6, { ...header, owner: "flags" })
    .add(4, { ...header, class: "data", owner: "segments" })
    .add(6, { ...header, class: "other", owner: "sections", derived: "layout" }).ranges;
}

function segmentHeaders({ wide, segmentTable }: ElfFile): Range[] {
  const { offset, entrySize, count } = segmentTable;
  return Array.from({ length: count }, (_, i) => {
    const header = { label: "segment headers", class: "data", owner: `segment ${i}` } as const;
    const layout = { ...header, derived: "loaded-layout" } as const;
    return new FieldRanges(offset + i * entrySize)
      .add(wide ? 8 : 4, header)
      .add(wide ? 40 : 20, layout)
      .add(entrySize - (wide ? 48 : 24), header).ranges;
  }).flat();
}

function sectionHeaders({ wide, sectionTable, sections }: ElfFile): Range[] {
  const { offset, entrySize } = sectionTable;
  const word = wide ? 8 : 4;
  return sections.flatMap(({ name }, i) => {
    const header = { label: "section headers", class: "other", owner: labelOf(name) } as const;
    const layout = { ...header, derived: "layout" } as const;
    return new FieldRanges(offset + i * entrySize)
      .add(4, layout)
      .add(4 + word, header)
      .add(word, { ...header, derived: "loaded-layout" })
      .add(2 * word + 8, layout)
      .add(entrySize - 16 - 4 * word, header).ranges;
  });
}

function sectionRange(sections: readonly ElfSection[]): (section: ElfSection) => Range {
  const hasLtoNames = sections.some(({ name }) => LTO.test(name));
  return (section) => {
    const { offset, size: length, name } = section;
    const range = { offset, length, label: labelOf(name) };
    if (hasLtoNames && name === ".shstrtab")
      return { ...range, label: "LTO section names", class: "noise", cause: "lto-names" };
    return { ...range, ...meaningOf(section, sections) };
  };
}

function labelOf(name: string): string {
  return LTO.exec(name)?.[1] ?? (name === "" ? "(no name)" : name);
}

function meaningOf(
  section: ElfSection,
  sections: readonly ElfSection[],
): Pick<Range, "class" | "cause" | "derived"> {
  const { name, type, info } = section;
  if (BUILD_ID.test(name)) return { class: "noise", cause: "build-id", derived: "content" };
  if (DEBUG_LINK.test(name)) return { class: "noise", cause: "debug-link", derived: "content" };
  if (type === ElfSectionType.note) return { class: "other" };
  if (hasSectionFlag(section, "loaded")) return { class: loadedClass(section) };
  if (DEBUG.test(name)) return { class: "noise", cause: "debug" };
  if (LTO_CODE.test(name)) return { class: "code" };
  if (name === ".shstrtab") return { class: "names", derived: "content" };
  // Symbols have addresses.
  if (type === ElfSectionType.symbols) return { class: "names", derived: "loaded-layout" };
  if (NAMES.test(name)) return { class: "names" };
  if (type === ElfSectionType.rela || type === ElfSectionType.rel) {
    // `info` counts from the empty first section.
    const target: ElfSection | undefined = sections[info - 1];
    if (target !== undefined && hasSectionFlag(target, "loaded"))
      return { class: loadedClass(target) };
  }
  return { class: "other" };
}

function loadedClass(section: ElfSection): "code" | "data" {
  return hasSectionFlag(section, "executable") ? "code" : "data";
}

/** What is loaded from a file without section table. */
function segmentRanges(file: ByteSource, { wide, little, segmentTable }: ElfFile): Range[] {
  const { offset, entrySize, count } = segmentTable;
  const ranges: Range[] = [];
  for (let i = 0; i < count; i += 1) {
    const fields = new Fields(file.read(offset + i * entrySize, entrySize), little);
    if (fields.u32(0) !== PT_LOAD) continue;
    const flags = fields.u32(wide ? 4 : 24);
    ranges.push({
      offset: wide ? fields.u64(8) : fields.u32(4),
      length: wide ? fields.u64(32) : fields.u32(16),
      label: `segment ${i}`,
      class: flags % 2 === PF_X ? "code" : "data",
    });
  }
  return ranges;
}
