import type { Hash } from "node:crypto";
import type { XXHashAPI } from "xxhash-wasm";
import type { BlockTools, ContentClass, ContentHash } from "./content-class.ts";

/**
 * How contents are named. XXH64 is fast and names a set in a report; it is not collision-proof (two files with
 * one hash can be made in a minute). SHA-256 is for names that outlive the run. Neither proves equality.
 */
export type HasherName = "xxh64" | "sha256";

let api: XXHashAPI | undefined;

/** Compiles xxHash's WebAssembly, once per thread; some 2 ms. */
export async function loadXxhash(): Promise<XXHashAPI> {
  if (api === undefined) {
    const { default: load } = await import("xxhash-wasm");
    api = await load();
  }
  return api;
}

type HasherLoader = () => Promise<() => ContentHash>;

/** How each hasher is loaded. Tests replace single ones, to force collisions. */
export const hashers: Record<HasherName, HasherLoader> = {
  sha256() {
    return Promise.resolve(() => sha256());
  },
  async xxh64() {
    const xxhash = await loadXxhash();
    return () => {
      const hash = xxhash.create64();
      return {
        update: (bytes) => hash.update(bytes),
        digest: () => hash.digest().toString(16).padStart(16, "0"),
        end: (bytes) => hash.update(bytes).digest().toString(16).padStart(16, "0"),
      };
    };
  },
};

/** Loads a hasher; the function returned starts a hash. */
export function loadHasher(name: HasherName): Promise<() => ContentHash> {
  return hashers[name]();
}

/** SHA-256. Bytes that are hashed at once take `crypto.hash` (Node 20.12), which makes no object and takes half the time. */
function sha256(hash?: Hash): ContentHash {
  const { createHash, hash: hashAtOnce } = process.getBuiltinModule("node:crypto");
  let current = hash;
  const started = (): Hash => (current ??= createHash("sha256"));
  return {
    update: (bytes) => started().update(bytes),
    digest: () => started().digest("hex"),
    end: (bytes) =>
      current === undefined && typeof hashAtOnce === "function"
        ? hashAtOnce("sha256", bytes, "hex")
        : started().update(bytes).digest("hex"),
    copy: () => sha256(current?.copy()),
  };
}

/** Bytes per read where the beginning of a file has to be read again. */
const STEP = 1024 * 1024;

/**
 * Updates the hash of files that are equal up to the end of a block.
 *
 * @param hash Of the bytes before `offset`; undefined if another class took it when the files split: then
 *   these bytes are read again, from the first file.
 */
export function updateHash(
  { reader, buffers, createHash }: BlockTools,
  { members, block }: ContentClass,
  hash: ContentHash | undefined,
  length: number,
  offset: number,
): ContentHash | undefined {
  const updated = hash ?? createHash?.();
  if (updated === undefined) return undefined;
  if (block !== undefined && (hash !== undefined || offset === 0)) {
    updated.update(block.subarray(0, length));
    return updated;
  }
  const again = buffers.take(STEP);
  const end = offset + length;
  for (let at = hash === undefined ? 0 : offset; at < end; at += STEP) {
    const step = Math.min(STEP, end - at);
    if (reader.read(members[0], again, step, at)) updated.update(again.subarray(0, step));
  }
  buffers.give(again);
  return updated;
}

/** The digest of files of which a class is the last block; parameters as for `updateHash`. */
export function finishHash(
  tools: BlockTools,
  found: ContentClass,
  hash: ContentHash | undefined,
  length: number,
  offset: number,
): string | undefined {
  const { block } = found;
  if (block === undefined || (hash === undefined && offset > 0))
    return updateHash(tools, found, hash, length, offset)?.digest();
  return (hash ?? tools.createHash?.())?.end(block.subarray(0, length));
}
