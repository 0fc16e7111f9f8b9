import type { XXHash, XXHashAPI } from "xxhash-wasm";
import type { BlockTools, ContentClass } from "./split-by-block.ts";

let api: XXHashAPI | undefined;

/** Compiles xxHash's WebAssembly, once a thread; some 2 ms. */
export async function loadHash(): Promise<XXHashAPI> {
  if (api === undefined) {
    const { default: load } = await import("xxhash-wasm");
    api = await load();
  }
  return api;
}

export type ContentHash = XXHash<bigint>;

/** Bytes that are read at once where a beginning has to be read again. */
const STEP = 1024 * 1024;

/**
 * XXH64 of the content of files that are equal up to the end of the block at hand, from that of what was
 * before it.
 *
 * @param hash Of the bytes before `offset`; undefined where another part took it along when the files
 *   split: then these bytes are read again, from the first file.
 */
export function updateHash(
  { reader, buffers, xxhash }: BlockTools,
  { members, block }: ContentClass,
  hash: ContentHash | undefined,
  length: number,
  offset: number,
): ContentHash {
  const carried = hash ?? (xxhash as XXHashAPI).create64();
  const again = buffers.take(STEP);
  const missing = hash === undefined ? offset : 0;
  for (let at = 0; at < missing; at += STEP) {
    const step = Math.min(STEP, missing - at);
    if (reader.read(members[0], again, step, at)) carried.update(again.subarray(0, step));
  }
  if (block !== undefined) carried.update(block.subarray(0, length));
  else if (reader.read(members[0], again, length, offset))
    carried.update(again.subarray(0, length));
  buffers.give(again);
  return carried;
}

/**
 * The digest as 16 hex digits. XXH64 is not collision-proof (two files with one hash can be made in a
 * minute): it names a content, it proves nothing.
 */
export function digestOf(hash: ContentHash): string {
  return hash.digest().toString(16).padStart(16, "0");
}
