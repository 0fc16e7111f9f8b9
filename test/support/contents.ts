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

const ELF_TYPES = { object: 1, executable: 2 } as const;

/** A file that begins like a little-endian 64-bit ELF file, followed by `body`. */
export function elf(type: keyof typeof ELF_TYPES, body: string): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(ELF_TYPES[type], 16);
  return Buffer.concat([header, Buffer.from(body)]);
}
