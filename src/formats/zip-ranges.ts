import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import {
  MAX_ENTRIES,
  MAX_NAME,
  MAX_NAMES,
  MAX_RANGES,
  type Range,
  completeRanges,
} from "./ranges.ts";

const END = 0x0605_4b50;
const END_64 = 0x0606_4b50;
const LOCATOR_64 = 0x0706_4b50;
const ENTRY = 0x0201_4b50;
const LOCAL = 0x0403_4b50;
const DESCRIPTOR = 0x0807_4b50;
const UNKNOWN_32 = 0xffff_ffff;
/** The end record may have a comment of 64 KiB behind it. */
const MAX_END = 22 + 0xffff;
/** Extra fields: the extended timestamp, NTFS's times, and the owners of Info-ZIP. */
const TIMES: readonly number[] = [0x5455, 0x000a, 0x5855];
const OWNERS: readonly number[] = [0x7875, 0x7855];
const ZIP_64 = 1;
const CODE = /\.(?:class|dex|dll|dylib|exe|js|mjs|o|obj|py|pyc|pyd|rb|so|wasm)$|\.so\.[\d.]+$/;

const TIME = { label: "members' times", class: "noise", cause: "zip-times" } as const;
const OWNER = { label: "members' owners", class: "noise", cause: "zip-owners" } as const;
const MODE = { label: "members' modes", class: "noise", cause: "zip-modes" } as const;
const HEADER = { label: "member headers", class: "other" } as const;
/** The method, and flags that tell the level. */
const METHOD = { label: "compression", class: "other" } as const;
const LAYOUT = { label: "offsets", class: "other", derived: "layout" } as const;
const CONTENT = { label: "checksums", class: "other", derived: "content" } as const;

interface Member {
  readonly name: string;
  /** Where its local header begins, in bytes. */
  readonly offset: number;
  /** Of the contents, compressed, in bytes. */
  readonly length: number;
  readonly unpacked: string;
}

/** The ranges of a zip file by its central directory; undefined if it is damaged. Source: APPNOTE.TXT of PKWARE, 6.3.10. */
export function zipRanges(file: ByteSource): Range[] | undefined {
  const directory = findDirectory(file);
  if (directory === undefined || directory.count > MAX_ENTRIES) return undefined;
  const ranges: Range[] = [];
  let at = directory.offset;
  let bytesOfNames = 0;
  for (let i = 0; i < directory.count; i += 1) {
    const entry = readEntry(file, at);
    if (entry === undefined || (bytesOfNames += entry.member.name.length) > MAX_NAMES)
      return undefined;
    const local = localRanges(file, entry.member);
    if (local === undefined || ranges.length > MAX_RANGES) return undefined;
    ranges.push(...local, ...entry.ranges);
    at += entry.length;
  }
  const end = directory.end;
  ranges.push({ offset: at, length: end + 22 - at, ...LAYOUT });
  ranges.push({ offset: end + 22, length: file.size, label: "comment", class: "other" });
  // Members that overlap unpack to more than the file can hold.
  const inOrder = ranges.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  if (inOrder.some(({ offset }, i) => i > 0 && offset < endOf(inOrder[i - 1]))) return undefined;
  return completeRanges(file.size, inOrder);
}

function endOf({ offset, length }: Range): number {
  return offset + length;
}

function findDirectory(
  file: ByteSource,
): { offset: number; count: number; end: number } | undefined {
  const start = Math.max(0, file.size - MAX_END);
  const tail = copyOf(file.read(start, MAX_END));
  const fields = new Fields(tail, true);
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (fields.u32(at) !== END || at + 22 + fields.u16(at + 20) !== tail.length) continue;
    const end = start + at;
    const found = { offset: fields.u32(at + 16), count: fields.u16(at + 10), end };
    if (found.offset !== UNKNOWN_32 && found.count !== 0xffff) return found;
    const locator = new Fields(copyOf(file.read(end - 20, 20)), true);
    if (locator.u32(0) !== LOCATOR_64) return found;
    const wide = new Fields(copyOf(file.read(locator.u64(8), 56)), true);
    if (wide.u32(0) !== END_64) return undefined;
    return { offset: wide.u64(48), count: wide.u64(32), end };
  }
  return undefined;
}

/** An entry of the central directory, and its ranges. */
function readEntry(
  file: ByteSource,
  at: number,
): { member: Member; ranges: Range[]; length: number } | undefined {
  const head = new Fields(copyOf(file.read(at, 46)), true);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => head.u16(field));
  if (head.u32(0) !== ENTRY || nameLength > MAX_NAME) return undefined;
  const name = latin1(file.read(at + 46, nameLength));
  const extraAt = at + 46 + nameLength;
  const extra = copyOf(file.read(extraAt, extraLength));
  const wide = wideFields(extra, head);
  const own = { owner: name };
  const ranges: Range[] = [
    { offset: at, length: 8, ...HEADER, ...own },
    { offset: at + 8, length: 4, ...METHOD, ...own },
    { offset: at + 12, length: 4, ...TIME, ...own },
    { offset: at + 16, length: 12, ...CONTENT, ...own },
    { offset: at + 28, length: 6, ...LAYOUT, ...own },
    { offset: at + 34, length: 4, ...HEADER, ...own },
    { offset: at + 38, length: 4, ...MODE, ...own },
    { offset: at + 42, length: 4, ...LAYOUT, ...own },
    { offset: at + 46, length: nameLength, ...HEADER, ...own },
    ...extraRanges(extraAt, extra, name),
    {
      offset: extraAt + extraLength,
      length: commentLength,
      label: "comment",
      class: "other",
      ...own,
    },
  ];
  const unpacked = `${head.u32(16)}:${wide.size}`;
  return {
    member: { name, offset: wide.offset, length: wide.stored, unpacked },
    ranges,
    length: 46 + nameLength + extraLength + commentLength,
  };
}

/** Sizes and offset of a member, which are in an extra field if they do not fit into 32 bits. */
function wideFields(
  extra: Uint8Array,
  head: Fields,
): { size: number; stored: number; offset: number } {
  const fields = new Fields(extra, true);
  let at = -1;
  for (let next = 0; next + 4 <= extra.length; next += 4 + fields.u16(next + 2))
    if (fields.u16(next) === ZIP_64) at = next + 4;
  const take = (value: number): number => {
    if (value !== UNKNOWN_32 || at < 0) return value;
    at += 8;
    return fields.u64(at - 8);
  };
  const size = take(head.u32(24));
  const stored = take(head.u32(20));
  return { size, stored, offset: take(head.u32(42)) };
}

/** A local header and the contents behind it. */
function localRanges(file: ByteSource, member: Member): Range[] | undefined {
  const { name, offset: at, length, unpacked } = member;
  const head = new Fields(copyOf(file.read(at, 30)), true);
  if (head.u32(0) !== LOCAL) return undefined;
  const [nameLength, extraLength] = [head.u16(26), head.u16(28)];
  const extraAt = at + 30 + nameLength;
  const start = extraAt + extraLength;
  if (start + length > file.size) return undefined;
  const extra = copyOf(file.read(extraAt, extraLength));
  const own = { owner: name };
  const isStored = head.u16(8) === 0;
  const descriptor = new Fields(copyOf(file.read(start + length, 4)), true).u32(0) === DESCRIPTOR;
  return [
    { offset: at, length: 6, ...HEADER, ...own },
    { offset: at + 6, length: 4, ...METHOD, ...own },
    { offset: at + 10, length: 4, ...TIME, ...own },
    { offset: at + 14, length: 12, ...CONTENT, ...own },
    { offset: at + 26, length: 4, ...LAYOUT, ...own },
    { offset: at + 30, length: nameLength, ...HEADER, ...own },
    ...extraRanges(extraAt, extra, name),
    {
      offset: start,
      length,
      label: name,
      class: CODE.test(name) ? "code" : "data",
      unpacked,
      isMember: true,
      ...(isStored && { isFile: true }),
    },
    { offset: start + length, length: descriptor ? 16 : 0, ...CONTENT, ...own },
  ];
}

function extraRanges(start: number, extra: Uint8Array, owner: string): Range[] {
  const fields = new Fields(extra, true);
  const ranges: Range[] = [];
  for (let at = 0; at + 4 <= extra.length;) {
    const id = fields.u16(at);
    const length = Math.min(4 + fields.u16(at + 2), extra.length - at);
    const meaning = TIMES.includes(id)
      ? TIME
      : OWNERS.includes(id)
        ? OWNER
        : id === ZIP_64
          ? LAYOUT
          : { label: "extra fields", class: "other" as const };
    ranges.push({ offset: start + at, length, ...meaning, owner });
    at += length;
  }
  return ranges;
}
