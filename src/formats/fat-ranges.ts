import { type ByteSource, Fields, copyOf } from "./byte-source.ts";
import { FieldRanges } from "./field-ranges.ts";
import { type Range, completeRanges } from "./ranges.ts";

const MAGIC = 0xcafe_babe;
const MAGIC_64 = 0xcafe_babf;
/** Java classes have the same magic number, followed by a version that is at least 45. */
const MAX_ARCHITECTURES = 40;
const CPUS: Readonly<Record<number, string>> = {
  7: "i386",
  12: "arm",
  18: "ppc",
  0x100_0007: "x86_64",
  0x100_000c: "arm64",
  0x100_0012: "ppc64",
};

export function isFat(head: Uint8Array): boolean {
  const fields = new Fields(head, false);
  return [MAGIC, MAGIC_64].includes(fields.u32(0)) && fields.u32(4) <= MAX_ARCHITECTURES;
}

/** The ranges of a Mach-O file for several architectures; undefined if it is damaged. Source: `mach-o/fat.h`. */
export function fatRanges(file: ByteSource): Range[] | undefined {
  const head = copyOf(file.read(0, 8 + MAX_ARCHITECTURES * 32));
  if (!isFat(head)) return undefined;
  const fields = new Fields(head, false);
  const wide = fields.u32(0) === MAGIC_64;
  const ranges: Range[] = [{ offset: 0, length: 8, label: "fat header", class: "code" }];
  for (let i = 0; i < fields.u32(4); i += 1) {
    const at = 8 + i * (wide ? 32 : 20);
    const cpu = fields.u32(at);
    const subtype = fields.u32(at + 4) % 0x100_0000;
    const label = `${CPUS[cpu] ?? `CPU ${cpu}`}${subtype === 0 || subtype === 3 ? "" : `.${subtype}`}`;
    const own = { label: "fat header", class: "code", owner: label } as const;
    const word = wide ? 8 : 4;
    ranges.push(
      ...new FieldRanges(at)
        .add(8, own)
        .add(2 * word, { ...own, derived: "layout" })
        .add(word, own).ranges,
      {
        offset: wide ? fields.u64(at + 8) : fields.u32(at + 8),
        length: wide ? fields.u64(at + 16) : fields.u32(at + 12),
        label,
        class: "code",
        isMember: true,
        isFile: true,
      },
    );
  }
  return completeRanges(file.size, ranges);
}
