/** Pseudorandom bytes, different for each seed. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let i = 0; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** A copy of `bytes` with all bits of the byte at `position` inverted. */
export function flipped(bytes: Buffer, position: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[position] ^= 0xff;
  return copy;
}

const ELF_TYPES = { object: 1, executable: 2, "shared-library": 3 } as const;

export interface ElfParts {
  /** The strings of the section `.comment`. */
  readonly comments?: readonly string[];
  /** The names of further sections, which are empty. */
  readonly sections?: readonly string[];
}

/** A little-endian 64-bit ELF file: a header, a body and, if parts are given, a section table. */
export function elf(type: keyof typeof ELF_TYPES, body: string, parts: ElfParts = {}): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(ELF_TYPES[type], 16);
  const { comments = [], sections = [] } = parts;
  if (comments.length + sections.length === 0) return Buffer.concat([header, Buffer.from(body)]);
  const names = ["", ".shstrtab", ".comment", ...sections];
  const nameTable = Buffer.from(names.map((name) => `${name}\0`).join(""), "latin1");
  const comment = Buffer.from(`\0${comments.map((text) => `${text}\0`).join("")}`, "latin1");
  const data = Buffer.concat([header, Buffer.from(body), nameTable, comment]);
  const table = Buffer.alloc(64 * names.length);
  names.forEach((name, i) => {
    const [offset, size] =
      name === ".shstrtab"
        ? [64 + body.length, nameTable.length]
        : [64 + body.length + nameTable.length, name === ".comment" ? comment.length : 0];
    table.writeUInt32LE(nameTable.indexOf(`${name}\0`, 0, "latin1"), 64 * i);
    table.writeUInt32LE(i === 0 ? 0 : 1, 64 * i + 4);
    table.writeBigUInt64LE(BigInt(i === 0 ? 0 : offset), 64 * i + 24);
    table.writeBigUInt64LE(BigInt(i === 0 ? 0 : size), 64 * i + 32);
  });
  data.writeBigUInt64LE(BigInt(data.length), 40);
  data.writeUInt16LE(64, 58);
  data.writeUInt16LE(names.length, 60);
  data.writeUInt16LE(1, 62);
  return Buffer.concat([data, table]);
}

/** An Erlang module as far as `CInf` tells, with a chunk before it; without that chunk if no source is given. */
export function beam(source: string | undefined): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const padded = Buffer.alloc(8 + Math.ceil(data.length / 4) * 4);
    padded.write(name, "latin1");
    padded.writeUInt32BE(data.length, 4);
    data.copy(padded, 8);
    return padded;
  };
  const text = Buffer.from(source ?? "", "latin1");
  const info = Buffer.concat([
    Buffer.from("\x83l\0\0\0\x01h\x02d\0\x06sourcek", "latin1"),
    Buffer.from([text.length >> 8, text.length & 255]),
    text,
    Buffer.from("j", "latin1"),
  ]);
  const chunks = [
    chunk("AtU8", Buffer.from("atoms")),
    ...(source === undefined ? [] : [chunk("CInf", info)]),
  ];
  const body = Buffer.concat([Buffer.from("BEAM"), ...chunks]);
  const head = Buffer.alloc(8);
  head.write("FOR1");
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}
