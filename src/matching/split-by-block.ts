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
  /** Only there where a group is large (`mayNeedHash`), or hashes are asked for. */
  readonly xxhash: XXHashAPI | undefined;
}

/** Classes up to this many are compared one by one, which costs less than a hash. */
const FEW = 8;

/** Whether blocks may have to be hashed where so many files are compared. */
export function mayNeedHash(members: number): boolean {
  return members > FEW + 1;
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
  let byHash: PartsByHash | undefined;
  let last: EqualSoFar | undefined;
  let block = buffers.take(length);
  for (const member of members) {
    if (!reader.read(member, block, length, offset)) continue;
    let found = last !== undefined && isEqual(last, block, length) ? last : undefined;
    let blockHash = -1;
    if (found === undefined && parts.length > FEW) {
      byHash ??= new PartsByHash(tools, length, offset);
      blockHash = byHash.hash(block);
      found = byHash.find(parts, block, blockHash);
    } else if (found === undefined) {
      found = parts.find((part) => part !== last && isEqual(part, block, length));
    }
    if (found !== undefined) {
      join(tools, found, member, ends);
      last = found;
      continue;
    }
    const keep = parts.length <= FEW || !buffers.full;
    last = { members: [member], block: keep ? block : undefined, blockHash };
    parts.push(last);
    if (keep) block = buffers.take(length);
  }
  buffers.give(block);
  return parts;
}

function isEqual({ block: kept }: EqualSoFar, block: Buffer, length: number): boolean {
  return kept !== undefined && block.compare(kept, 0, length, 0, length) === 0;
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
