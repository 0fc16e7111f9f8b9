import type { ByteSource } from "../formats/byte-source.ts";
import { rangedFormatOf } from "../formats/ranged-formats.ts";

/**
 * The lengths of a file's code sections, as text. Two files with different ones differ in code, which is found out
 * without reading the code. undefined if the format is not known, or its members are files of their own.
 */
export function codeLengths(file: ByteSource): string | undefined {
  const format = rangedFormatOf(file);
  if (format === undefined || format.isContainer === true) return undefined;
  const code = format
    .ranges(file)
    ?.filter((range) => range.class === "code" && range.derived === undefined);
  if (code === undefined) return undefined;
  return [format.name, ...code.map(({ label, length }) => `${label} ${length}`)].join("\n");
}
