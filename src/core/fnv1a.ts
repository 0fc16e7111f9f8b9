const OFFSET_BASIS = 0x811c_9dc5;
const PRIME = 0x0100_0193;

/**
 * The 32-bit FNV-1a hash of a byte string (http://www.isthe.com/chongo/tech/comp/fnv/).
 *
 * @param hash The hash of the bytes before these, to hash a string in pieces.
 */
export function fnv1a(bytes: string, hash = OFFSET_BASIS): number {
  let result = hash;
  for (let i = 0; i < bytes.length; i += 1) result = Math.imul(result ^ bytes.charCodeAt(i), PRIME);
  return result >>> 0;
}
