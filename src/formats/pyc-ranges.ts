import { type ByteSource, Fields, copyOf } from "./byte-source.ts";
import { type Range, completeRanges } from "./ranges.ts";

/** Set if the source is identified by its hash instead of its time and size. */
const HASH_BASED = 1;
const PYTHON_2 = 20_000;
/** The magic numbers of Python 3.3, which added the size of the source, and of 3.7, which added flags. */
const PYTHON_3_3 = 3190;
const PYTHON_3_7 = 3390;

/**
 * The ranges of a file of Python bytecode; undefined if it is none. Sources: PEP 552, PEP 3147,
 * `importlib/_bootstrap_external.py` of CPython (magic numbers).
 */
export function pycRanges(file: ByteSource): Range[] | undefined {
  const head = copyOf(file.read(0, 16));
  if (!isPyc(head)) return undefined;
  const fields = new Fields(head, true);
  const magic = fields.u16(0);
  const isFlagged = magic >= PYTHON_3_7 && magic < PYTHON_2;
  const hasSize = magic >= PYTHON_3_3 && magic < PYTHON_2;
  const isHashed = isFlagged && fields.u32(4) % 2 === HASH_BASED;
  const parts: readonly (readonly [number, Omit<Range, "offset" | "length">])[] = [
    [4, { label: "Python version", class: "code" }],
    ...(isFlagged ? [[4, { label: "flags", class: "other" }] as const] : []),
    ...(isHashed
      ? [[8, { label: "source hash", class: "other" }] as const]
      : [
          [4, { label: "source time", class: "noise", cause: "source-time" }] as const,
          ...(hasSize ? [[4, { label: "source size", class: "other" }] as const] : []),
        ]),
    [file.size, { label: "code", class: "code", isMarshalled: true }],
  ];
  let offset = 0;
  const ranges = parts.map(([length, meaning]) => {
    const range = { offset, length, ...meaning };
    offset += length;
    return range;
  });
  return completeRanges(file.size, ranges);
}

/** Whether these are the first 4 bytes of Python bytecode, which end in a carriage return and a line feed. */
export function isPyc(head: Uint8Array): boolean {
  const magic = new Fields(head, true).u16(0);
  return (
    head.length >= 4 &&
    head[2] === 0x0d &&
    head[3] === 0x0a &&
    ((magic >= 3000 && magic < 4500) || (magic >= 50_000 && magic <= 62_300))
  );
}
