/**
 * Computes different contents with the same xxHash.
 *
 * A lane's round is `acc = rotl(acc + word * P2, r) * P1`. If two contents differ in the first stripe and so in
 * `acc`, the next stripe can make the accumulators equal again: `word2' = word2 + (acc - acc') / P2`. P2 is odd,
 * so it has an inverse modulo 2^bits.
 */

interface Lanes {
  readonly bits: 32 | 64;
  readonly rotate: bigint;
  readonly prime1: bigint;
  readonly prime2: bigint;
}

const XXH32: Lanes = { bits: 32, rotate: 13n, prime1: 0x9e37_79b1n, prime2: 0x85eb_ca77n };
const XXH64: Lanes = {
  bits: 64,
  rotate: 31n,
  prime1: 0x9e37_79b1_85eb_ca87n,
  prime2: 0xc2b2_ae3d_27d4_eb4fn,
};

/** Makes `count` different contents of 64 bytes with the same XXH64 (seed 0). */
export function collidingXxh64(count: number): Buffer[] {
  return colliding(XXH64, count);
}

/** Makes `count` different contents of 32 bytes with the same XXH32 (seed 0). */
export function collidingXxh32(count: number): Buffer[] {
  return colliding(XXH32, count);
}

function colliding(lanes: Lanes, count: number): Buffer[] {
  const stripe = lanes.bits / 2; // in bytes: four words
  const base = Buffer.alloc(2 * stripe, "dedupe");
  const word1 = read(lanes, base, 0);
  const word2 = read(lanes, base, stripe);
  const wanted = round(lanes, word1);
  return Array.from({ length: count }, (_, i) => {
    const made = Buffer.from(base);
    const other = word1 ^ BigInt(i);
    write(lanes, made, 0, other);
    const correction = (wanted - round(lanes, other)) * inverse(lanes.prime2, lanes.bits);
    write(lanes, made, stripe, BigInt.asUintN(lanes.bits, word2 + correction));
    return made;
  });
}

/** The first lane's accumulator, initially P1 + P2, after its first word. */
function round({ bits, rotate, prime1, prime2 }: Lanes, word: bigint): bigint {
  const sum = BigInt.asUintN(bits, prime1 + prime2 + word * prime2);
  const turned = (sum << rotate) | (sum >> (BigInt(bits) - rotate));
  return BigInt.asUintN(bits, turned * prime1);
}

/** The inverse modulo 2^bits. Each step of Newton's method doubles the number of correct bits. */
function inverse(odd: bigint, bits: number): bigint {
  let x = odd;
  for (let correct = 3; correct < bits; correct *= 2) x = BigInt.asUintN(bits, x * (2n - odd * x));
  return x;
}

function read({ bits }: Lanes, buffer: Buffer, offset: number): bigint {
  return bits === 64 ? buffer.readBigUInt64LE(offset) : BigInt(buffer.readUInt32LE(offset));
}

function write({ bits }: Lanes, buffer: Buffer, offset: number, word: bigint): void {
  if (bits === 64) buffer.writeBigUInt64LE(word, offset);
  else buffer.writeUInt32LE(Number(word), offset);
}
