import { type ByteSource, Fields, copyOf, latin1 } from "./byte-source.ts";

const MAX_CHUNKS = 1000;
const MAX_INFO = 64 * 1024;
/** The atom `source` (ATOM_EXT or SMALL_ATOM_UTF8_EXT), followed by a string (STRING_EXT). */
const SOURCE = /(?:d\0\x06|w\x06)sourcek/;

/**
 * The path of the source file that an Erlang module was compiled from, as its compiler recorded it in the chunk
 * `CInf`. undefined if the file is no module or does not say so (`+deterministic`). Sources: Erlang/OTP, BEAM file
 * format; External Term Format.
 */
export function beamSource(file: ByteSource): string | undefined {
  const head = latin1(file.read(0, 12));
  if (!head.startsWith("FOR1") || head.slice(8) !== "BEAM") return undefined;
  let at = 12;
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks += 1) {
    const header = copyOf(file.read(at, 8));
    if (header.length < 8) return undefined;
    const size = new Fields(header, false).u32(4);
    if (latin1(header.subarray(0, 4)) === "CInf")
      return sourceIn(file.read(at + 8, Math.min(size, MAX_INFO)));
    at += 8 + Math.ceil(size / 4) * 4;
  }
  return undefined;
}

function sourceIn(info: Uint8Array): string | undefined {
  const match = SOURCE.exec(latin1(info));
  if (match === null) return undefined;
  const at = match.index + match[0].length;
  const length = new Fields(info, false).u16(at);
  return latin1(info.subarray(at + 2, at + 2 + length));
}
