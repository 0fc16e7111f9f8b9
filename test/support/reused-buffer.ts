import { type ByteSource, sourceOf as inMemory } from "../../src/formats/byte-source.ts";

/** The bytes of a file, read through one buffer: every read overwrites what the one before it has returned. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  const source = inMemory(bytes);
  let last = new Uint8Array(0);
  return {
    size: source.size,
    read(at, length) {
      last.fill(0xee);
      last = Uint8Array.from(source.read(at, length));
      return last;
    },
  };
}
