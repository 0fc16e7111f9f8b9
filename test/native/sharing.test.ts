import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  fstatSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { commonBlocks } from "../../src/extents/common-blocks.ts";
import { EXTENT, type Extent } from "../../src/native/native.ts";
import { calls, isRoot, mountImage, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

const MIB = 1024 * 1024;
/** Bytes that no file system compresses or stores as a hole. */
const noise = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let i = 0, x = seed; i < length; i++)
    bytes[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return bytes;
};
const open = (path: string, flags: string): number => {
  const fd = openSync(path, flags);
  opened.push(fd);
  return fd;
};
const opened: number[] = [];
afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd);
});

const ext4 = mountImage("ext4");

describe.each(["btrfs", "xfs"] as const)("%s", (type) => {
  const { dir, why } = mountImage(type);
  let round = 0;

  /** Two open files: the source for reading, the target for reading and writing. */
  const pair = (source: Buffer, target: Buffer) => {
    const [a, b] = [`${dir}/${round}-a`, `${dir}/${round++}-b`];
    writeFileSync(a, source);
    writeFileSync(b, target);
    return { a, b, from: open(a, "r"), to: open(b, "r+") };
  };
  const extents = (fd: number) => calls.extents(fd, true) as Extent[];
  const common = (from: number, to: number) =>
    commonBlocks(extents(from), extents(to), fstatSync(to).size);

  describeWhere("sharing", why, () => {
    const away = temporaryDir();

    it("clone: the files share content and blocks, and a write to one does not change the other", () => {
      const content = noise(300_000);
      const { a, b, from, to } = pair(content, Buffer.alloc(0));
      expect(calls.clone(from, to)).toBeUndefined();
      expect(readFileSync(b).equals(content)).toBe(true);
      expect(common(from, to)).toBe("same");
      expect(extents(to).every(({ flags }) => (flags & EXTENT.SHARED) !== 0)).toBe(true);
      writeSync(to, "changed", 0);
      fsyncSync(to);
      expect(readFileSync(a).equals(content)).toBe(true);
      expect(common(from, to)).toBe("apart");
    });

    it("clone: a longer target keeps its end, or the call fails", () => {
      const whole = pair(noise(8192), noise(65_536, 2));
      expect(calls.clone(whole.from, whole.to)).toBeUndefined();
      const expected = Buffer.concat([noise(8192), noise(65_536, 2).subarray(8192)]);
      expect(readFileSync(whole.b).equals(expected)).toBe(true);
      const odd = pair(noise(5000), noise(65_536, 2));
      expect(calls.clone(odd.from, odd.to)).toBe(errno("EINVAL"));
      expect(readFileSync(odd.b).equals(noise(65_536, 2))).toBe(true);
    });

    it("clone: EBADF for a target that is open read-only", () => {
      const { b, from } = pair(noise(5000), Buffer.alloc(0));
      expect(calls.clone(from, open(b, "r"))).toBe(errno("EBADF"));
    });

    it.each([4096, 5000, 300_000, 16 * MIB, 33 * MIB + 1234])(
      "dedupeRange: %d equal bytes are shared",
      (length) => {
        const content = noise(length);
        const { a, b, from, to } = pair(content, content);
        const before = fstatSync(to, { bigint: true });
        expect(common(from, to)).toBe("apart");
        const shared = calls.dedupeRange(from, to, length);
        const after = fstatSync(to, { bigint: true });
        expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([
          before.ino,
          before.mtimeNs,
          before.ctimeNs,
        ]);
        expect(shared).toBe(length);
        expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
        expect(common(from, to)).toBe("same");
        // Sharing again is no error.
        expect(calls.dedupeRange(from, to, length)).toBe(length);
      },
    );

    it.each([1, 2000])(
      "dedupeRange: %d equal bytes, which btrfs stores in the metadata",
      (length) => {
        const { from, to } = pair(noise(length), noise(length));
        expect(calls.dedupeRange(from, to, length)).toBe(length);
        expect(common(from, to)).toBe(type === "btrfs" ? "none" : "same");
      },
    );

    it.each([
      ["in the first byte", 100_000, 0],
      ["in the last byte", 100_000, 99_999],
      ["in the second chunk", 17 * MIB, 17 * MIB - 1],
    ])("dedupeRange: a difference %s", (_, length, at) => {
      const content = noise(length);
      const other = Buffer.from(content);
      other[at] ^= 1;
      const { a, b, from, to } = pair(content, other);
      expect(calls.dedupeRange(from, to, length)).toBe("differs");
      expect(readFileSync(a).equals(content)).toBe(true);
      expect(readFileSync(b).equals(other)).toBe(true);
    });

    it("dedupeRange: a length beyond the end", () => {
      const content = noise(5000);
      const { from, to } = pair(content, content);
      expect(calls.dedupeRange(from, to, 6000)).toBe(errno("EINVAL"));
    });

    it("dedupeRange: the target may be open read-only if it belongs to the caller", () => {
      const content = noise(8192);
      const { b, from } = pair(content, content);
      expect(calls.dedupeRange(from, open(b, "r"), 8192)).toBe(8192);
    });

    it.skipIf(!isRoot)(
      "dedupeRange: another user's target must be open for writing (as root without privileges)",
      () => {
        const content = noise(8192);
        const { b, from } = pair(content, content);
        const to = open(b, "r");
        process.seteuid?.(65534);
        try {
          expect(calls.dedupeRange(from, to, 8192)).toBe(errno("EPERM"));
        } finally {
          process.seteuid?.(0);
        }
      },
    );

    it("EXDEV: another file system", () => {
      writeFileSync(`${away}/file`, noise(8192));
      const { to } = pair(noise(8192), noise(8192));
      const from = open(`${away}/file`, "r");
      expect(["EXDEV", "EINVAL", "ENOTSUP"].map(errno)).toContain(calls.clone(from, to));
      expect(["EXDEV", "EINVAL", "ENOTSUP"].map(errno)).toContain(
        calls.dedupeRange(from, to, 8192),
      );
    });

    it("extents: more than fit into one call; holes are omitted", () => {
      const fd = open(`${dir}/sparse`, "w+");
      const pieces = 600;
      for (let i = 0; i < pieces; i++) writeSync(fd, noise(4096, i + 1), 0, 4096, i * 3 * 65536);
      ftruncateSync(fd, pieces * 3 * 65536);
      // XFS also reports preallocated extents.
      const found = extents(fd).filter(({ flags }) => (flags & EXTENT.UNWRITTEN) === 0);
      expect(found).toHaveLength(pieces);
      expect(found.map(({ logical }) => logical)).toEqual(
        Array.from({ length: pieces }, (_, i) => BigInt(i * 3 * 65536)),
      );
    });

    it("extents: none for an empty file; without sync, those of a new file may be unknown", () => {
      const { from, to } = pair(Buffer.alloc(0), noise(100_000));
      expect(calls.extents(from)).toEqual([]);
      const fresh = calls.extents(to) as Extent[];
      expect(commonBlocks(fresh, fresh, 100_000)).toBe(
        (fresh[0].flags & EXTENT.UNKNOWN) === 0 ? "same" : "unknown",
      );
      expect(common(to, to)).toBe("same");
    });
  });
});

describeWhere("ext4", ext4.why, () => {
  it("cannot share blocks, but reports extents", () => {
    const [a, b] = [`${ext4.dir}/a`, `${ext4.dir}/b`];
    for (const path of [a, b]) writeFileSync(path, noise(8192));
    const [from, to] = [open(a, "r"), open(b, "r+")];
    expect(calls.clone(from, to)).toBe(errno("ENOTSUP"));
    expect(calls.dedupeRange(from, to, 8192)).toBe(errno("ENOTSUP"));
    const [first, second] = [calls.extents(from, true), calls.extents(to, true)] as Extent[][];
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({ logical: 0n, length: 8192n });
    expect(commonBlocks(first, first, 8192)).toBe("same");
    expect(commonBlocks(first, second, 8192)).toBe("apart");
  });
});

describeWhere(
  "unsuitable descriptors",
  whyNot ?? (process.platform === "linux" ? undefined : "written for Linux"),
  () => {
    it("a device, a closed descriptor", () => {
      const fd = openSync("/dev/null", "r");
      expect(["ENOTTY", "ENOTSUP", "EINVAL"].map(errno)).toContain(calls.extents(fd));
      closeSync(fd);
      expect(calls.extents(fd)).toBe(errno("EBADF"));
      expect(calls.clone(fd, fd)).toBe(errno("EBADF"));
      expect(calls.dedupeRange(fd, fd, 1)).toBe(errno("EBADF"));
    });
  },
);
