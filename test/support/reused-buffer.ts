import { type ByteSource, sourceOf as inMemory } from "../../src/formats/byte-source.ts";

/** The bytes of a file, read through one buffer: every read overwrites what the one before it has returned. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  const source = inMemory(bytes);
  const buffer = Buffer.alloc(bytes.length);
  return {
    size: source.size,
    read(at, length) {
      const found = source.read(at, length);
      buffer.fill(0xee);
      buffer.set(found);
      return buffer.subarray(0, found.length);
    },
  };
}
