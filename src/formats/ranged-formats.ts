import { arRanges } from "./ar-ranges.ts";
import { type ByteSource, latin1 } from "./byte-source.ts";
import { elfRanges } from "./elf-ranges.ts";
import { isElf } from "./elf.ts";
import { fatRanges, isFat } from "./fat-ranges.ts";
import { gzipRanges } from "./gzip-ranges.ts";
import { isMachO, machORanges } from "./mach-o-ranges.ts";
import { isPe, peRanges } from "./pe-ranges.ts";
import { isPyc, pycRanges } from "./pyc-ranges.ts";
import type { Range } from "./ranges.ts";
import { wasmRanges } from "./wasm-ranges.ts";
import { zipRanges } from "./zip-ranges.ts";

/** A format whose files can be divided into ranges. */
export interface RangedFormat {
  readonly name: string;
  /** Judges by the first 64 bytes. */
  readonly matches: (head: Uint8Array) => boolean;
  /** Complete, in order, without overlap. undefined if the file is damaged. */
  readonly ranges: (file: ByteSource) => Range[] | undefined;
  /** Members of it are files of their own. */
  readonly isContainer?: boolean;
  /** The order of the members means nothing. */
  readonly isUnordered?: boolean;
}

const FORMATS: readonly RangedFormat[] = [
  { name: "elf", matches: isElf, ranges: elfRanges },
  {
    name: "ar",
    matches: (head) => /^!<(?:arch|thin)>\n/.test(latin1(head)),
    ranges: arRanges,
    isContainer: true,
  },
  {
    name: "gzip",
    matches: ([first, second]) => first === 0x1f && second === 0x8b,
    ranges: gzipRanges,
  },
  {
    name: "zip",
    matches: (head) => /^PK(?:\x03\x04|\x05\x06)/.test(latin1(head)),
    ranges: zipRanges,
    isContainer: true,
    isUnordered: true,
  },
  {
    name: "wasm",
    matches: (head) => head.length >= 8 && latin1(head).startsWith("\0asm"),
    ranges: wasmRanges,
  },
  { name: "mach-o", matches: isMachO, ranges: machORanges },
  { name: "mach-o", matches: isFat, ranges: fatRanges, isContainer: true },
  { name: "pe", matches: isPe, ranges: peRanges },
  { name: "pyc", matches: isPyc, ranges: pycRanges },
];

/** The format of a file, if its files can be divided into ranges. */
export function rangedFormatOf(file: ByteSource): RangedFormat | undefined {
  const head = file.read(0, 64);
  return FORMATS.find(({ matches }) => matches(head));
}
