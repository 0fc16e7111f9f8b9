import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeState, encodeState, headOf, isStateFile } from "../../src/state/format.ts";
import { StateBuilder } from "../../src/state/state-builder.ts";
import { type State, Status, entriesOf, entryCount, entryName } from "../../src/state/state.ts";

const ORIGIN = { root: "/home/\xff/build", device: 2049n, inode: 2n ** 63n, savedAt: -5n };

function makeState(dirs: Readonly<Record<string, readonly string[]>>): State {
  const builder = new StateBuilder();
  for (const [path, names] of Object.entries(dirs)) {
    builder.beginDir(path);
    for (const name of names) builder.addInPlace(name);
  }
  return builder.build(ORIGIN, Float64Array.of(0, 2 ** 53 - 1), Float64Array.of(1024));
}

function contentOf(state: State): unknown {
  const { root, device, inode, savedAt, devices, dirs, entries } = state;
  const { settled, linkLimits, digests } = state;
  const list = dirs.map((path, dir) => {
    const [from, to] = entriesOf(state, dir);
    const names = Array.from({ length: to - from }, (_, i) => entryName(entries, from + i));
    return [path, names];
  });
  const columns = Object.fromEntries(
    Object.entries(entries).map(([name, column]) => [name, Array.from(column as Uint8Array)]),
  );
  return {
    root,
    device,
    inode,
    savedAt,
    devices,
    list,
    columns,
    settled: [...settled],
    limits: [...linkLimits],
    digests: [...digests],
  };
}

function encoded(state: State): Buffer {
  return Buffer.from(encodeState(state) ?? new Uint8Array());
}

/** A copy at a new place in memory, aligned as a file that was read. */
function aligned(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

const SOME: State = {
  ...makeState({ "": ["prog"], "a/b": ["x.o", "y\xfe.o"], "a/c": ["x.o"] }),
  digests: new Map([
    [0, 7n],
    [3, 2n ** 64n - 1n],
  ]),
};

describe("the bytes of a state", () => {
  test("hold it", () => {
    const found = decodeState(aligned(encoded(SOME)));
    expect(found).toBeDefined();
    expect(contentOf(found as State)).toEqual(contentOf(SOME));
    expect(entryCount(SOME)).toBe(4);
    expect(SOME.entries.status[0]).toBe(Status.inPlace);
    expect(headOf(encoded(SOME).subarray(0, 100))).toEqual({ root: ORIGIN.root, savedAt: -5n });
  });

  test("hold any state", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((array) => {
      return Buffer.from(array.filter((byte) => byte !== 0 && byte !== 47)).toString("latin1");
    });
    const dirs = fc.dictionary(bytes, fc.array(bytes, { maxLength: 300 }), { maxKeys: 9 });
    fc.assert(
      fc.property(dirs, (spec) => {
        const state = makeState(spec);
        expect(contentOf(decodeState(aligned(encoded(state))) as State)).toEqual(contentOf(state));
      }),
      { numRuns: 50 },
    );
  });

  test("keep the digests of entries that become part of another state", () => {
    const builder = new StateBuilder();
    builder.beginDir("");
    builder.addInPlace("x");
    builder.addState(SOME, "sub");
    expect([...builder.build(ORIGIN).digests]).toEqual([
      [1, 7n],
      [4, 2n ** 64n - 1n],
    ]);
  });

  test("are not read if a digest is of no entry", () => {
    const state = { ...SOME, digests: new Map([[4, 7n]]) };
    expect(decodeState(aligned(encoded(state)))).toBeUndefined();
  });

  test("take some 40 bytes a name", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `${i}.o`);
    expect(encoded(makeState({ "": names })).length).toBeLessThan(10_000 * 49);
  });

  test("are not read if a single bit differs", () => {
    const bytes = encoded(SOME);
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const damaged = aligned(bytes);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(decodeState(damaged)).toBeUndefined();
    }
  });

  test("are not read if they are cut or longer", () => {
    const bytes = encoded(SOME);
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeState(aligned(bytes.subarray(0, length)))).toBeUndefined();
    expect(decodeState(aligned(Buffer.concat([bytes, Buffer.alloc(4)])))).toBeUndefined();
  });
});

/** Recomputes the checksum, as somebody would who forges a state. */
function forged(bytes: Buffer): Buffer {
  const copy = aligned(bytes);
  const words = new Uint32Array(copy.buffer, copy.byteOffset, copy.length >> 2);
  let hash = words.length - 1;
  for (let i = 0; i < words.length - 1; i += 1)
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words[i], 0x9e37_79b1);
  words[words.length - 1] = hash;
  return copy;
}

describe("forged bytes", () => {
  const decodes = (bytes: Buffer): void => {
    const state = decodeState(bytes);
    if (state !== undefined) contentOf(state);
  };

  test("any bytes are read without an exception", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => decodes(aligned(bytes))));
  });

  test("a state with changed bytes and a right checksum is read without an exception", () => {
    const bytes = encoded(SOME);
    const change = fc.tuple(fc.nat(bytes.length - 5), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = aligned(bytes);
        for (const [at, value] of changes) copy[at] = value;
        decodes(forged(copy));
      }),
      { numRuns: 3000 },
    );
  });

  test("lengths beyond the file take no memory", () => {
    for (let word = 3; word < 12; word += 1) {
      const copy = aligned(encoded(SOME));
      copy.writeUInt32LE(0xffff_ffff, 4 * word);
      expect(decodeState(forged(copy))).toBeUndefined();
    }
  });
});

test("a file may become a state if it is one, of whatever version, or empty", () => {
  const bytes = encoded(SOME);
  expect(isStateFile(bytes)).toBe(true);
  expect(isStateFile(bytes.subarray(0, 5))).toBe(true);
  expect(isStateFile(Buffer.alloc(0))).toBe(true);
  expect(isStateFile(Buffer.from("all: prog\n"))).toBe(false);
});
