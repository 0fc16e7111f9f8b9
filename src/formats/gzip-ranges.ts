import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";
import { MAX_NAME, type Range, completeRanges } from "./ranges.ts";

const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;

/** The ranges of a gzip file, of which the first member is described; undefined if it is none. Source: RFC 1952. */
export function gzipRanges(file: ByteSource): Range[] | undefined {
  const head = copyOf(file.read(0, 12));
  if (head.length < 10 || head[0] !== 0x1f || head[1] !== 0x8b) return undefined;
  const flags = head[3];
  const ranges: Range[] = [];
  let at = 0;
  const add = (length: number, range: Omit<Range, "offset" | "length">): void => {
    ranges.push({ ...range, offset: at, length });
    at += length;
  };
  const addString = (range: Omit<Range, "offset" | "length">): boolean => {
    const length = latin1(file.read(at, MAX_NAME)).indexOf("\0") + 1;
    if (length > 0) add(length, range);
    return length > 0;
  };
  add(3, { label: "gzip header", class: "other" });
  add(1, { label: "flags", class: "other", derived: "layout" });
  add(4, { label: "time", class: "noise", cause: "gzip-time" });
  add(1, { label: "compression level", class: "other", derived: "content" });
  add(1, { label: "operating system", class: "noise", cause: "gzip-system" });
  if ((flags & FLAG.extra) !== 0)
    add(2 + new Fields(head, true).u16(10), { label: "extra field", class: "other" });
  const name = { label: "file name", class: "noise", cause: "gzip-name" } as const;
  if ((flags & FLAG.name) !== 0 && !addString(name)) return undefined;
  const comment = { label: "comment", class: "other" } as const;
  if ((flags & FLAG.comment) !== 0 && !addString(comment)) return undefined;
  if ((flags & FLAG.headerChecksum) !== 0)
    add(2, { label: "header checksum", class: "other", derived: "content" });
  const end = file.size - 8;
  if (at > end) return undefined;
  const trailer = Buffer.from(file.read(end, 8)).toString("hex");
  add(end - at, { label: "contents", class: "data", unpacked: trailer });
  add(8, { label: "checksum", class: "other", derived: "content" });
  return completeRanges(file.size, ranges);
}
