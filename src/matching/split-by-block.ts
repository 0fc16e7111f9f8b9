import type { XXHashAPI } from "xxhash-wasm";
import type { FileReader } from "../fs/file-reader.ts";
import type { AttributeNotes } from "./attribute-notes.ts";
import type { BlockBuffers } from "./block-buffers.ts";

/** Files that are equal so far. */
export interface EqualSoFar {
  readonly members: number[];
  /** The block just read; undefined where it is not kept for want of room. */
  readonly block: Buffer | undefined;
  /** Hash of the block; -1 where it was not needed. */
  blockHash: number;
}

/** What reading and comparing blocks takes. */
export interface BlockTools {
  readonly reader: FileReader;
  readonly attributes: AttributeNotes;
  readonly buffers: BlockBuffers;
  /** Only there where more than two files are compared, or hashes are asked for. */
  readonly xxhash: XXHashAPI | undefined;
}

/**
 * Splits files that are equal up to `offset` by their next `length` bytes. Each part keeps its block,
 * which the caller gives back.
 *
 * @param ends The block is the last one: files that have found their like are closed.
 */
export function splitByBlock(
  tools: BlockTools,
  members: readonly number[],
  length: number,
  offset: number,
  ends: boolean,
): EqualSoFar[] {
  const { reader, buffers } = tools;
  const parts: EqualSoFar[] = [];
  const byHash = new PartsByHash(tools, length, offset);
  let last: EqualSoFar | undefined;
  let block = buffers.take(length);
  for (const member of members) {
    if (!reader.read(member, block, length, offset)) continue;
    if (last?.block !== undefined && block.compare(last.block, 0, length, 0, length) === 0) {
      join(tools, last, member, ends);
      continue;
    }
    // Of two files the second has been compared with the first: no hash is needed.
    const blockHash = parts.length > 0 && members.length > 2 ? byHash.hash(block) : -1;
    const found = blockHash < 0 ? undefined : byHash.find(parts, block, blockHash);
    if (found !== undefined) {
      join(tools, found, member, ends);
      last = found;
      continue;
    }
    const keep = parts.length === 0 || !buffers.full;
    last = { members: [member], block: keep ? block : undefined, blockHash };
    parts.push(last);
    if (keep) block = buffers.take(length);
  }
  buffers.give(block);
  return parts;
}

/** Only files that were confirmed make a part of two; what the first one's block holds, the second has too. */
function join(
  { reader, attributes }: BlockTools,
  { members }: EqualSoFar,
  member: number,
  ends: boolean,
): void {
  if (!reader.confirm(member)) return;
  if (members.length === 1 && !reader.confirm(members[0])) members.pop();
  members.push(member);
  if (!ends) return;
  for (const equal of members.length === 2 ? members : [member]) {
    attributes.note(equal);
    reader.release(equal);
  }
}

/** Finds the part that a block belongs to: the hash picks, the bytes decide. */
class PartsByHash {
  readonly #tools: BlockTools;
  readonly #length: number;
  readonly #offset: number;
  readonly #buckets = new Map<number, EqualSoFar[]>();
  /** Parts that are in the buckets; the first one gets there only when it is needed. */
  #filed = 0;

  constructor(tools: BlockTools, length: number, offset: number) {
    this.#tools = tools;
    this.#length = length;
    this.#offset = offset;
  }

  hash(block: Buffer): number {
    return (this.#tools.xxhash as XXHashAPI).h32Raw(block.subarray(0, this.#length));
  }

  find(parts: readonly EqualSoFar[], block: Buffer, blockHash: number): EqualSoFar | undefined {
    for (; this.#filed < parts.length; this.#filed += 1) this.#file(parts[this.#filed]);
    return this.#buckets.get(blockHash)?.find((part) => this.#equals(part, block));
  }

  #file(part: EqualSoFar): void {
    if (part.blockHash < 0) part.blockHash = this.hash(part.block as Buffer);
    const bucket = this.#buckets.get(part.blockHash);
    if (bucket === undefined) this.#buckets.set(part.blockHash, [part]);
    else bucket.push(part);
  }

  #equals(part: EqualSoFar, block: Buffer): boolean {
    const length = this.#length;
    if (part.block !== undefined) return block.compare(part.block, 0, length, 0, length) === 0;
    const { reader, buffers } = this.#tools;
    const again = buffers.take(length);
    const [first] = part.members;
    const read = reader.read(first, again, length, this.#offset) && reader.confirm(first);
    const equal = read && block.compare(again, 0, length, 0, length) === 0;
    buffers.give(again);
    return equal;
  }
}
