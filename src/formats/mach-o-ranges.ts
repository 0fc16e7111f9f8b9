import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import { FieldRanges } from "./field-ranges.ts";
import { MAX_ENTRIES, MAX_RANGES, type Range, completeRanges } from "./ranges.ts";

const MAGIC_32 = 0xfeed_face;
const MAGIC_64 = 0xfeed_facf;
/** More commands are taken for damage, in bytes. */
const MAX_COMMANDS = 16 * 1024 * 1024;
const REQUIRED_BY_DYLD = 0x8000_0000;
const CMD = {
  segment: 0x1,
  symbols: 0x2,
  dynamicSymbols: 0xb,
  segment64: 0x19,
  uuid: 0x1b,
  codeSignature: 0x1d,
  dyldInfo: 0x22,
} as const;
/** Commands with the offset and the size of a table. */
const TABLES: Readonly<Record<number, string>> = {
  0x1e: "segment split info",
  0x26: "function starts",
  0x29: "data in code",
  0x2b: "code signing requirements",
  0x2e: "linker optimization hints",
  0x33: "exports",
  0x34: "fixups",
};
/** Types of sections without bytes in the file. */
const ZERO_FILL: readonly number[] = [0x1, 0xc, 0x12];

const COMMAND = { label: "load commands", class: "data" } as const;

export function isMachO(head: Uint8Array): boolean {
  return byteOrder(head) !== undefined;
}

/**
 * The ranges of a Mach-O file for one architecture; undefined if it is none, or damaged. Source: `mach-o/loader.h`
 * and `mach-o/nlist.h` of Darwin.
 */
export function machORanges(file: ByteSource): Range[] | undefined {
  const head = copyOf(file.read(0, 32));
  const order = byteOrder(head);
  if (order === undefined) return undefined;
  const { little, wide } = order;
  const header = new Fields(head, little);
  const size = header.u32(20);
  const count = header.u32(16);
  const start = wide ? 32 : 28;
  if (count > MAX_ENTRIES || size > Math.min(MAX_COMMANDS, file.size - start)) return undefined;
  const bytes = copyOf(file.read(start, size));
  const own = { label: "Mach-O header", class: "code" } as const;
  const ranges = new FieldRanges(0)
    .add(16, own)
    .add(8, { ...own, derived: "layout" })
    .add(start - 24, own).ranges;
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 8 > bytes.length) return undefined;
    const fields = new Fields(bytes.subarray(at), little);
    const length = fields.u32(4);
    if (length < 8 || at + length > bytes.length) return undefined;
    const command = new Command(bytes.subarray(at, at + length), start + at, little);
    const found = commandRanges(command, `command ${i}`, wide);
    if (found === undefined || ranges.length > MAX_RANGES) return undefined;
    for (const range of found) ranges.push(range);
    at += length;
  }
  return completeRanges(file.size, ranges);
}

class Command {
  readonly fields: Fields;
  readonly bytes: Uint8Array;
  readonly offset: number;

  constructor(bytes: Uint8Array, offset: number, little: boolean) {
    this.bytes = bytes;
    this.offset = offset;
    this.fields = new Fields(bytes, little);
  }

  get length(): number {
    return this.bytes.length;
  }

  name(at: number): string {
    return latin1(this.bytes.subarray(at, at + 16)).replace(/\0.*$/s, "");
  }
}

function commandRanges(command: Command, owner: string, wide: boolean): Range[] | undefined {
  const { fields, offset, length } = command;
  const number = fields.u32(0) % REQUIRED_BY_DYLD;
  const table = (at: number, entry: number, meaning: Pick<Range, "label" | "class">): Range => ({
    offset: fields.u32(at),
    length: fields.u32(at + 4) * entry,
    ...meaning,
  });
  const layout = { offset, length, ...COMMAND, owner, derived: "layout" } as const;
  switch (number) {
    case CMD.segment:
    case CMD.segment64:
      return segmentRanges(command, owner, number === CMD.segment64);
    case CMD.symbols:
      return [
        layout,
        table(8, wide ? 16 : 12, { label: "symbol table", class: "names" }),
        table(16, 1, { label: "string table", class: "names" }),
      ];
    case CMD.dynamicSymbols:
      return [
        layout,
        table(56, 4, { label: "indirect symbols", class: "data" }),
        table(64, 8, { label: "external relocations", class: "data" }),
        table(72, 8, { label: "local relocations", class: "data" }),
      ];
    case CMD.uuid:
      return new FieldRanges(offset)
        .add(8, { ...COMMAND, owner })
        .add(16, { label: "UUID", class: "noise", cause: "build-id", derived: "content" }).ranges;
    case CMD.codeSignature:
      return [
        layout,
        {
          ...table(8, 1, { label: "code signature", class: "noise" }),
          cause: "signature",
          derived: "content",
        },
      ];
    case CMD.dyldInfo:
      return [
        layout,
        ...[8, 16, 24, 32, 40].map((at) => table(at, 1, { label: "dyld info", class: "data" })),
      ];
    default:
      return TABLES[number] === undefined
        ? [{ offset, length, ...COMMAND, owner }]
        : [layout, table(8, 1, { label: TABLES[number], class: "data" })];
  }
}

/** The fields of a segment's command, and the contents of its sections. undefined if it is damaged. */
function segmentRanges(command: Command, owner: string, wide: boolean): Range[] | undefined {
  const { fields, offset } = command;
  const word = wide ? 8 : 4;
  const header = 40 + 4 * word;
  const entry = wide ? 80 : 68;
  const count = fields.u32(header - 8);
  if (header + count * entry > command.length) return undefined;
  const own = { ...COMMAND, owner };
  const layout = { ...own, derived: "layout" } as const;
  const headers = new FieldRanges(offset)
    .add(8, layout)
    .add(16, own)
    .add(4 * word, layout)
    .add(16, own);
  const contents: Range[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = header + i * entry;
    const sizes = at + 32;
    const rest = sizes + 2 * word;
    headers
      .add(32, own)
      .add(2 * word + 4, layout)
      .add(4, own)
      .add(8, layout);
    headers.add(entry - 48 - 2 * word, own);
    const flags = fields.u32(rest + 16);
    const label = `${command.name(at + 16)},${command.name(at)}`;
    const meaning = sectionMeaning(label, flags);
    const length = wide ? fields.u64(sizes + 8) : fields.u32(sizes + 4);
    if (!ZERO_FILL.includes(flags % 256))
      contents.push({ offset: fields.u32(rest), length, label, ...meaning });
    contents.push({
      offset: fields.u32(rest + 8),
      length: fields.u32(rest + 12) * 8,
      label: `${label} relocations`,
      ...meaning,
    });
  }
  return [...headers.ranges, ...contents];
}

function sectionMeaning(label: string, flags: number): Pick<Range, "class" | "cause"> {
  if (label.startsWith("__DWARF,")) return { class: "noise", cause: "debug" };
  // S_ATTR_PURE_INSTRUCTIONS, S_ATTR_SOME_INSTRUCTIONS.
  const isCode = flags >= 0x8000_0000 || (flags & 0x400) !== 0;
  return { class: isCode ? "code" : "data" };
}

function byteOrder(head: Uint8Array): { little: boolean; wide: boolean } | undefined {
  for (const little of [true, false]) {
    const magic = new Fields(head, little).u32(0);
    if (magic === MAGIC_32 || magic === MAGIC_64) return { little, wide: magic === MAGIC_64 };
  }
  return undefined;
}
