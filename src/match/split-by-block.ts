import type { XXHashAPI } from "xxhash-wasm";
import type { Sliced } from "../core/slices.ts";
import type { BlockTools, ContentClass } from "./content-class.ts";

/** Up to this many classes are compared one by one, which costs less than a hash. */
const FEW = 8;

/** Blocks read between two yields. */
const YIELD_INTERVAL = 64;

/** Whether blocks of a group of this size may have to be hashed. */
export function mayNeedHash(members: number): boolean {
  return members > FEW + 1;
}

/**
 * Splits files that are equal up to `offset` by their next `length` bytes. The caller gives the classes'
 * blocks back to `BlockBuffers`.
 *
 * @param ends The block is the last one: files of classes of two or more are closed.
 */
export function* splitByBlock(
  tools: BlockTools,
  members: readonly number[],
  length: number,
  offset: number,
  ends: boolean,
): Sliced<ContentClass[]> {
  const { reader, buffers } = tools;
  const classes: ContentClass[] = [];
  let many: ManyClasses | undefined;
  let last: ContentClass | undefined;
  let block = buffers.take(length);
  let untilYield = YIELD_INTERVAL;
  for (const member of members) {
    if ((untilYield -= 1) === 0) {
      untilYield = YIELD_INTERVAL;
      yield;
    }
    if (!reader.read(member, block, length, offset)) continue;
    const sample = sampleOf(block, length);
    let found = last !== undefined && isEqual(last, sample, block, length) ? last : undefined;
    if (found === undefined && classes.length > FEW) {
      many ??= new ManyClasses(tools, length, offset);
      found = many.find(classes, sample, block);
    } else if (found === undefined) {
      found = classes.find((known) => known !== last && isEqual(known, sample, block, length));
    }
    if (found !== undefined) {
      joinConfirmed(tools, found, member, block, length, offset, ends);
      last = found;
      continue;
    }
    const keep = classes.length <= FEW || !buffers.full;
    const blockHash = keep ? -1 : hashOf(tools, block, length);
    last = { members: [member], block: keep ? block : undefined, sample, blockHash };
    classes.push(last);
    if (keep) block = buffers.take(length);
  }
  buffers.give(block);
  return classes;
}

/** Bytes of a sample, spread over the block. */
const SAMPLED = 16;

/**
 * A number made from a few bytes of a block. Files that differ nearly always differ in it; comparing all
 * bytes takes a call that costs ten times as much.
 */
export function sampleOf(block: Buffer, length: number): number {
  let sample = block[length - 1];
  for (let i = 0; i < SAMPLED; i += 1)
    sample = (Math.imul(sample, 31) + block[Math.floor((length * i) / SAMPLED)]) | 0;
  return sample;
}

function isEqual(known: ContentClass, sample: number, block: Buffer, length: number): boolean {
  const { block: kept } = known;
  return (
    known.sample === sample && kept !== undefined && block.compare(kept, 0, length, 0, length) === 0
  );
}

function hashOf({ xxhash }: BlockTools, block: Buffer, length: number): number {
  return (xxhash as XXHashAPI).h32Raw(block.subarray(0, length));
}

/**
 * Adds a file to the class whose block it equals. Only files that are confirmed to be those of the walk make
 * a class of two; the block of a first file that is not serves for the second, which equals it.
 *
 * @param block The `length` bytes from `offset` that the file and the class have in common.
 */
export function joinConfirmed(
  { reader, attributes }: BlockTools,
  { members }: ContentClass,
  member: number,
  block: Buffer,
  length: number,
  offset: number,
  ends: boolean,
): void {
  if (!reader.confirm(member, block, length, offset)) return;
  if (members.length === 1 && !reader.confirm(members[0], block, length, offset)) members.pop();
  members.push(member);
  if (!ends) return;
  for (const equal of members.length === 2 ? members : [member]) {
    attributes.read(equal);
    reader.release(equal);
  }
}

/** Classes whose blocks have one sample. */
interface SampleBucket {
  readonly classes: ContentClass[];
  /** By hash; undefined as long as they are few. */
  byHash: Map<number, ContentClass[]> | undefined;
}

/** Finds the class that a block belongs to among many: sample and hash select candidates, the bytes decide. */
class ManyClasses {
  readonly #tools: BlockTools;
  readonly #length: number;
  readonly #offset: number;
  readonly #bySample = new Map<number, SampleBucket>();
  /** Classes that are in the buckets. */
  #filed = 0;

  constructor(tools: BlockTools, length: number, offset: number) {
    this.#tools = tools;
    this.#length = length;
    this.#offset = offset;
  }

  find(classes: readonly ContentClass[], sample: number, block: Buffer): ContentClass | undefined {
    for (; this.#filed < classes.length; this.#filed += 1) this.#file(classes[this.#filed]);
    const bucket = this.#bySample.get(sample);
    if (bucket === undefined) return undefined;
    let blockHash = -1;
    const hash = () => (blockHash < 0 ? (blockHash = this.#hash(block)) : blockHash);
    const candidates =
      bucket.classes.length <= FEW ? bucket.classes : this.#byHash(bucket).get(hash());
    return candidates?.find((known) => this.#equals(known, block, hash));
  }

  #file(known: ContentClass): void {
    const bucket = this.#bySample.get(known.sample);
    if (bucket === undefined) {
      this.#bySample.set(known.sample, { classes: [known], byHash: undefined });
      return;
    }
    bucket.classes.push(known);
    if (bucket.byHash !== undefined) this.#fileByHash(bucket.byHash, known);
  }

  #byHash(bucket: SampleBucket): Map<number, ContentClass[]> {
    if (bucket.byHash === undefined) {
      bucket.byHash = new Map();
      for (const known of bucket.classes) this.#fileByHash(bucket.byHash, known);
    }
    return bucket.byHash;
  }

  #fileByHash(byHash: Map<number, ContentClass[]>, known: ContentClass): void {
    if (known.blockHash < 0) known.blockHash = this.#hash(known.block as Buffer);
    const sameHash = byHash.get(known.blockHash);
    if (sameHash === undefined) byHash.set(known.blockHash, [known]);
    else sameHash.push(known);
  }

  #hash(block: Buffer): number {
    return hashOf(this.#tools, block, this.#length);
  }

  #equals(known: ContentClass, block: Buffer, hash: () => number): boolean {
    const length = this.#length;
    if (known.block !== undefined) return block.compare(known.block, 0, length, 0, length) === 0;
    if (known.blockHash !== hash()) return false;
    const { reader, buffers } = this.#tools;
    const again = buffers.take(length);
    const [first] = known.members;
    const offset = this.#offset;
    const read =
      reader.read(first, again, length, offset) && reader.confirm(first, again, length, offset);
    const equal = read && block.compare(again, 0, length, 0, length) === 0;
    buffers.give(again);
    return equal;
  }
}
