import type { XXHashAPI } from "xxhash-wasm";
import type { AttributeCache } from "./attribute-cache.ts";
import type { BlockBuffers } from "./block-buffers.ts";
import type { FileReader } from "./file-reader.ts";

/** The hash of a content that is read block by block. */
export interface ContentHash {
  update(bytes: Uint8Array): unknown;
  /** Hexadecimal. */
  digest(): string;
  /** The digest after an update by the last bytes. */
  end(bytes: Uint8Array): string;
  /** The same state again, for contents that differ from here on; undefined if the hash cannot be copied. */
  copy?(): ContentHash;
}

/** Files that are equal up to the end of a block. */
export interface ContentClass {
  readonly members: number[];
  /** The block; undefined if there was no memory to keep it. The function that makes the class says who frees it. */
  readonly block: Buffer | undefined;
  /** `sampleOf` the block; equal for equal blocks. */
  readonly sample: number;
  /** Hash of the block; -1 until it is needed. */
  blockHash: number;
}

/** What it takes to read and compare blocks. */
export interface BlockTools {
  readonly reader: FileReader;
  readonly attributes: AttributeCache;
  readonly buffers: BlockBuffers;
  /** Hashes blocks; undefined unless a group is large (`mayNeedHash`). */
  readonly xxhash: XXHashAPI | undefined;
  /** Starts the hash of a content; undefined if none was asked for. */
  readonly createHash: (() => ContentHash) | undefined;
}
