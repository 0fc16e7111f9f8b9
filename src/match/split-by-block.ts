import type { XXHashAPI } from "xxhash-wasm";
import type { FileReader } from "./file-reader.ts";
import type { AttributeNotes } from "./attribute-cache.ts";
import type { BlockBuffers } from "./block-buffers.ts";

/** Files that are equal so far. */
export interface ContentClass {
  readonly members: number[];
  /** The block just read; undefined where it is not kept for want of room. Whoever made the part says what becomes of it. */
  readonly block: Buffer | undefined;
  /** `sampleOf` the block: those of equal blocks are equal. */
  readonly sample: number;
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
): ContentClass[] {
  const { reader, buffers } = tools;
  const parts: ContentClass[] = [];
  let many: ManyParts | undefined;
  let last: ContentClass | undefined;
  let block = buffers.take(length);
  for (const member of members) {
    if (!reader.read(member, block, length, offset)) continue;
    const sample = sampleOf(block, length);
    let found = last !== undefined && isEqual(last, sample, block, length) ? last : undefined;
    if (found === undefined && parts.length > FEW) {
      many ??= new ManyParts(tools, length, offset);
      found = many.find(parts, sample, block);
    } else if (found === undefined) {
      found = parts.find((part) => part !== last && isEqual(part, sample, block, length));
    }
    if (found !== undefined) {
      joinConfirmed(tools, found, member, ends);
      last = found;
      continue;
    }
    const keep = parts.length <= FEW || !buffers.full;
    const blockHash = keep ? -1 : hashOf(tools, block, length);
    last = { members: [member], block: keep ? block : undefined, sample, blockHash };
    parts.push(last);
    if (keep) block = buffers.take(length);
  }
  buffers.give(block);
  return parts;
}

/** Bytes looked at, spread over a block. */
const SAMPLED = 16;

/** A number from a few bytes of a block. Files that differ nearly always differ in it; comparing all bytes takes a call that costs ten times as much. */
export function sampleOf(block: Buffer, length: number): number {
  let sample = block[length - 1];
  for (let i = 0; i < SAMPLED; i += 1)
    sample = (Math.imul(sample, 31) + block[Math.floor((length * i) / SAMPLED)]) | 0;
  return sample;
}

function isEqual(part: ContentClass, sample: number, block: Buffer, length: number): boolean {
  const { block: kept } = part;
  return (
    part.sample === sample && kept !== undefined && block.compare(kept, 0, length, 0, length) === 0
  );
}

function hashOf({ xxhash }: BlockTools, block: Buffer, length: number): number {
  return (xxhash as XXHashAPI).h32Raw(block.subarray(0, length));
}

/** Only files that were confirmed make a part of two; what the first one's block holds, the second has too. */
export function joinConfirmed(
  { reader, attributes }: BlockTools,
  { members }: ContentClass,
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

/** Parts whose blocks have one sample. */
interface Alike {
  readonly parts: ContentClass[];
  /** By hash; only where there are many. */
  byHash: Map<number, ContentClass[]> | undefined;
}

/** Finds the part that a block belongs to: sample and hash pick, the bytes decide. */
class ManyParts {
  readonly #tools: BlockTools;
  readonly #length: number;
  readonly #offset: number;
  readonly #bySample = new Map<number, Alike>();
  /** Parts that are filed. */
  #filed = 0;

  constructor(tools: BlockTools, length: number, offset: number) {
    this.#tools = tools;
    this.#length = length;
    this.#offset = offset;
  }

  find(parts: readonly ContentClass[], sample: number, block: Buffer): ContentClass | undefined {
    for (; this.#filed < parts.length; this.#filed += 1) this.#file(parts[this.#filed]);
    const alike = this.#bySample.get(sample);
    if (alike === undefined) return undefined;
    let blockHash = -1;
    const hash = () => (blockHash < 0 ? (blockHash = this.#hash(block)) : blockHash);
    const candidates = alike.parts.length <= FEW ? alike.parts : this.#byHash(alike).get(hash());
    return candidates?.find((part) => this.#equals(part, block, hash));
  }

  #file(part: ContentClass): void {
    const alike = this.#bySample.get(part.sample);
    if (alike === undefined) {
      this.#bySample.set(part.sample, { parts: [part], byHash: undefined });
      return;
    }
    alike.parts.push(part);
    if (alike.byHash !== undefined) this.#fileByHash(alike.byHash, part);
  }

  #byHash(alike: Alike): Map<number, ContentClass[]> {
    if (alike.byHash === undefined) {
      alike.byHash = new Map();
      for (const part of alike.parts) this.#fileByHash(alike.byHash, part);
    }
    return alike.byHash;
  }

  #fileByHash(byHash: Map<number, ContentClass[]>, part: ContentClass): void {
    if (part.blockHash < 0) part.blockHash = this.#hash(part.block as Buffer);
    const bucket = byHash.get(part.blockHash);
    if (bucket === undefined) byHash.set(part.blockHash, [part]);
    else bucket.push(part);
  }

  #hash(block: Buffer): number {
    return hashOf(this.#tools, block, this.#length);
  }

  #equals(part: ContentClass, block: Buffer, hash: () => number): boolean {
    const length = this.#length;
    if (part.block !== undefined) return block.compare(part.block, 0, length, 0, length) === 0;
    if (part.blockHash !== hash()) return false;
    const { reader, buffers } = this.#tools;
    const again = buffers.take(length);
    const [first] = part.members;
    const read = reader.read(first, again, length, this.#offset) && reader.confirm(first);
    const equal = read && block.compare(again, 0, length, 0, length) === 0;
    buffers.give(again);
    return equal;
  }
}
