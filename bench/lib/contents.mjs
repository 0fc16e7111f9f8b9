import { createCipheriv, createHash } from "node:crypto";

import { Random } from "./random.mjs";

/** Size of the random data from which all contents are cut. */
const POOL_BYTES = 16 << 20;

/** The 64-byte header of an ELF file for x86-64. @param {number} type 1 relocatable, 2 executable, 3 shared */
function elfHeader(type) {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", 0, "latin1");
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(64, 58);
  return header;
}

/** The 16-byte header of CPython 3.11 bytecode with a source time and size, and the first byte of the code object. */
const PYC_HEADER = Buffer.from("a70d0d0a00000000".concat("00f1536500100000", "e3"), "hex");

/**
 * The kinds of artifacts in the generated trees, all of which `dedupe` links by default.
 */
export const KINDS = {
  object: { header: elfHeader(1), ending: ".o", mode: 0o644 },
  bytecode: { header: PYC_HEADER, ending: ".pyc", mode: 0o644 },
  library: { header: elfHeader(3), ending: ".so", mode: 0o755 },
  executable: { header: elfHeader(2), ending: "", mode: 0o755 },
};

/** @typedef {keyof typeof KINDS} Kind */

/** Generates file contents: the same seed, kind, size and number give the same bytes; another number gives others. */
export class Contents {
  #pool;

  /** @param {number} seed */
  constructor(seed) {
    const key = createHash("sha256").update(`contents ${seed}`).digest();
    this.#pool = createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(
      Buffer.alloc(POOL_BYTES),
    );
  }

  /**
   * @param {Kind} kind
   * @param {number} size bytes, at least 96
   * @param {number} number which content; also written after the header, so that two numbers never give equal bytes
   * @returns {Buffer}
   */
  make(kind, size, number) {
    const { header } = KINDS[kind];
    const bytes = Buffer.allocUnsafe(size);
    for (
      let filled = 0, offset = new Random(number).integer(0, POOL_BYTES - 1);
      filled < size;
      offset = 0
    ) {
      filled += this.#pool.copy(
        bytes,
        filled,
        offset,
        Math.min(POOL_BYTES, offset + size - filled),
      );
    }
    header.copy(bytes);
    bytes.writeUInt32LE(number, header.length);
    return bytes;
  }
}
