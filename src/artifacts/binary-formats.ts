/**
 * Checks of binary headers that a fixed pattern of bytes cannot express, such as the type of an ELF, Mach-O,
 * PE or COFF file. They take the first bytes of a file and read missing bytes as 0.
 * Sources: the ELF gABI (System V Application Binary Interface), Apple's `mach-o/loader.h`, Microsoft's
 * "PE Format".
 */

type ElfType = "object" | "executable" | "shared-library";

/** The type of an ELF file; undefined for core dumps and for files that are not ELF. */
export function elfType(head: Uint8Array): ElfType | undefined {
  if (head.length < 52 || u32(head, 0, false) !== 0x7f454c46) return undefined;
  const little = head[5] !== 2;
  switch (u16(head, 16, little)) {
    case 1:
      return "object";
    case 2:
      return "executable";
    case 3:
      return isProgram(head, little) ? "executable" : "shared-library";
    default:
      return undefined;
  }
}

/**
 * Whether this is an ELF object whose section headers are at byte 64, directly after the ELF header, as nasm
 * writes it (also after the 52-byte header of the 32-bit format). Compilers, linkers and other assemblers put
 * the section headers at the end.
 */
export function isAssemblersElf(head: Uint8Array): boolean {
  if (elfType(head) !== "object") return false;
  const little = head[5] !== 2;
  if (head[4] !== 2) return u32(head, 32, little) === 64;
  return u32(head, little ? 40 : 44, little) === 64 && u32(head, little ? 44 : 40, little) === 0;
}

/**
 * Tells a position-independent program from a shared library: both have the type ET_DYN. A program has an
 * interpreter (PT_INTERP) or, if statically linked, an entry point, which current linkers do not set for
 * libraries.
 */
function isProgram(head: Uint8Array, little: boolean): boolean {
  const wide = head[4] === 2;
  const entry = wide ? u32(head, 24, little) + u32(head, 28, little) : u32(head, 24, little);
  const table = u32(head, little || !wide ? (wide ? 32 : 28) : 36, little);
  const size = u16(head, wide ? 54 : 42, little);
  const count = u16(head, wide ? 56 : 44, little);
  for (let i = 0; i < count; i++) {
    const at = table + i * size;
    if (size === 0 || at + 4 > head.length) break;
    if (u32(head, at, little) === PT_INTERP) return true;
  }
  return entry !== 0;
}

const PT_INTERP = 3;

/** The type of a Mach-O file, from `filetype` in its header; undefined for universal files (see `isFatMachO`). */
export function machType(head: Uint8Array): ElfType | "debug-symbols" | undefined {
  if (head.length < 16) return undefined;
  const magic = u32(head, 0, false);
  const little = magic === 0xcefaedfe || magic === 0xcffaedfe;
  if (!little && magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined;
  switch (u32(head, 12, little)) {
    case 1:
      return "object";
    case 2:
      return "executable";
    case 6: // MH_DYLIB
    case 8: // MH_BUNDLE
      return "shared-library";
    case 10:
      return "debug-symbols";
    default:
      return undefined;
  }
}

/** Whether this is a Mach-O object with LC_SYMTAB but without LC_DYSYMTAB, as nasm and yasm write it; LLVM writes both or neither. */
export function isAssemblersMachO(head: Uint8Array): boolean {
  if (machType(head) !== "object") return false;
  const little = head[0] !== 0xfe;
  let symbols = false;
  let at = head[little ? 0 : 3] === 0xcf ? 32 : 28;
  for (let left = u32(head, 16, little); left > 0; left -= 1) {
    const size = u32(head, at + 4, little);
    if (at + 8 > head.length || size < 8) return false;
    const command = u32(head, at, little);
    if (command === LC_DYSYMTAB) return false;
    symbols ||= command === LC_SYMTAB;
    at += size;
  }
  return symbols;
}

const LC_SYMTAB = 2;
const LC_DYSYMTAB = 11;

/**
 * Whether a file that starts with `cafebabe` is a universal Mach-O file: the next number is the count of its
 * architectures. In a Java class it is the version, which is at least 45.
 */
export function isFatMachO(head: Uint8Array): boolean {
  return head.length >= 8 && u32(head, 4, false) > 0 && u32(head, 4, false) < 30;
}

/** Whether a file that starts with `cafebabe` is a Java class. */
export function isJavaClass(head: Uint8Array): boolean {
  return head.length >= 8 && u16(head, 6, false) >= 45;
}

/** The type of a PE image, from the DLL flag in its COFF header; undefined for other files. */
export function peType(head: Uint8Array): "executable" | "dll" | undefined {
  if (head.length < 64) return undefined;
  const at = u32(head, 60, true);
  if (at + 24 > head.length || u32(head, at, false) !== 0x50450000) return undefined;
  return u16(head, at + 22, true) & 0x2000 ? "dll" : "executable";
}

/** Whether this is a COFF object. The format has no magic number, so the section count, flags and the empty optional header must be plausible together. */
export function isCoffObject(head: Uint8Array): boolean {
  if (head.length < 20) return false;
  const sections = u16(head, 2, true);
  return (
    sections > 0 &&
    sections < 0xff00 &&
    u16(head, 16, true) === 0 &&
    (u16(head, 18, true) & 2) === 0
  );
}

/** Whether this is a COFF object compiled with `/bigobj` (more than 65,279 sections) or with `/GL`. */
export function isBigCoffObject(head: Uint8Array): boolean {
  return head.length >= 20 && u16(head, 4, true) > 0 && u16(head, 4, true) <= 2;
}

/** Whether this is CPython bytecode: a number that grows with the version, then CR LF; since 3.7 followed by a word of flags, of which two bits are defined (PEP 552). */
export function isPythonBytecode(head: Uint8Array): boolean {
  if (head.length < 16 || head[2] !== 0x0d || head[3] !== 0x0a) return false;
  const version = u16(head, 0, true);
  if (version >= 3390 && version < 4000) return u32(head, 4, true) <= 3;
  return (version >= 3000 && version < 3390) || (version >= 50428 && version <= 62300);
}

/** Whether an IFF container (`FOR1`) holds Erlang bytecode. */
export function isBeam(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(8, 12)) === "BEAM";
}

/** Whether an `ar` archive is not a Debian package, whose first member is `debian-binary`. */
export function isNoPackage(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(8, 21)) !== "debian-binary";
}

/** Whether this is an OMF object, which starts with a THEADR record: 0x80, its length, a counted name. */
export function isOmf(head: Uint8Array): boolean {
  return head.length > 4 && u16(head, 1, true) === head[3] + 2;
}

function u16(head: Uint8Array, at: number, little: boolean): number {
  const low = head[little ? at : at + 1] ?? 0;
  const high = head[little ? at + 1 : at] ?? 0;
  return low + high * 256;
}

function u32(head: Uint8Array, at: number, little: boolean): number {
  return little
    ? u16(head, at, true) + u16(head, at + 2, true) * 65536
    : u16(head, at, false) * 65536 + u16(head, at + 2, false);
}
