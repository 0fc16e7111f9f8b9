/** @module-tag slow */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { type Result, errno, isErrno } from "../../src/core/result.ts";
import type { FileStat } from "../../src/native/native.ts";
import { calls, exchange, mount, mountImage, run, itWhere } from "./helpers.ts";

/** Whether a process has a file open for writing. */
const writerOf = (path: string) => {
  const fd = openSync(path, "r");
  const answer = calls.writerOf(fd);
  closeSync(fd);
  return answer;
};

/** Sets the modification time of a file, in nanoseconds. */
const setTime = (path: string, mtimeNs: bigint) => {
  const fd = openSync(path, "r");
  const done = calls.setTimes(fd, undefined, mtimeNs);
  closeSync(fd);
  return done;
};

describe("a bind mount", () => {
  let beside = "";
  const { dir, why } = mount((base) => {
    beside = join(base, "real");
    mkdirSync(beside);
    writeFileSync(join(beside, "file"), "A");
    return ["--bind", beside];
  });

  itWhere("EXDEV between it and its source, though device and inode are equal", why, () => {
    const here = calls.statAt(calls.cwd, `${dir}/file`) as FileStat;
    const there = calls.statAt(calls.cwd, `${beside}/file`) as FileStat;
    expect([here.dev, here.ino]).toEqual([there.dev, there.ino]);
    expect(calls.linkAt(calls.cwd, `${beside}/file`, calls.cwd, `${dir}/new`)).toBe(errno("EXDEV"));
    expect(exchange(`${beside}/file`, `${dir}/file`)).toBe(errno("EXDEV"));
  });
});

describe("an overlay", () => {
  // The temporary directory may be on an overlay, which cannot be an upper layer.
  const disk = mount(() => ["-t", "tmpfs", "tmpfs"]);
  const layer = (name: string) => join(disk.dir, name);
  const { dir, why } =
    disk.why === undefined
      ? mount(() => {
          for (const name of ["lower", "upper", "work"]) mkdirSync(layer(name));
          for (const name of ["a", "b"]) writeFileSync(join(layer("lower"), name), name);
          const layers = ["lower", "upper", "work"].map((name) => `${name}dir=${layer(name)}`);
          return ["-t", "overlay", "-o", layers.join(), "overlay"];
        })
      : disk;

  itWhere("supports exchange, link and leases", why, () => {
    expect(calls.fileSystemType(dir)).toBe("overlayfs");
    writeFileSync(`${dir}/c`, "c");
    expect(exchange(`${dir}/a`, `${dir}/c`)).toBeUndefined();
    expect(readFileSync(`${dir}/a`, "utf8")).toBe("c");
    expect(readFileSync(join(layer("lower"), "a"), "utf8")).toBe("a");
    expect(calls.linkAt(calls.cwd, `${dir}/b`, calls.cwd, `${dir}/d`)).toBeUndefined();
    expect(["free", "unknown"]).toContain(writerOf(`${dir}/a`));
    const fd = openSync(`${dir}/a`, "r+");
    expect(["writer", "unknown"]).toContain(writerOf(`${dir}/a`));
    closeSync(fd);
  });
});

describe("FAT", () => {
  const { dir, why } = mountImage("vfat");
  itWhere("has no links and no attributes, and times of two seconds", why, () => {
    writeFileSync(`${dir}/a`, "a");
    writeFileSync(`${dir}/b`, "b");
    expect(calls.fileSystemType(dir)).toBe("vfat");
    expect(calls.linkAt(calls.cwd, `${dir}/a`, calls.cwd, `${dir}/c`)).toBe(errno("EPERM"));
    expect([undefined, errno("EINVAL")]).toContain(exchange(`${dir}/a`, `${dir}/b`));
    expect(calls.attributes(`${dir}/a`)).toEqual([]);
    expect(calls.attributeListLength(`${dir}/a`)).toBe(0);
    expect(calls.setAttribute(`${dir}/a`, "user.a", Buffer.from("1"))).toBe(errno("ENOTSUP"));
    expect(setTime(`${dir}/a`, 1_700_000_001_123_456_789n)).toBeUndefined();
    expect((calls.statAt(calls.cwd, `${dir}/a`) as FileStat).mtimeNs).toBe(
      1_700_000_000_000_000_000n,
    );
  });
});

describe("a read-only mount", () => {
  const { dir, why } = mount(() => ["-t", "tmpfs", "tmpfs"]);

  itWhere("refuses every change with EROFS", why, () => {
    for (const name of ["a", "b"]) writeFileSync(`${dir}/${name}`, name);
    run("mount", "-o", "remount,ro", dir);
    const { cwd } = calls;
    const [a, b, c] = ["a", "b", "c"].map((name) => `${dir}/${name}`);
    expect(exchange(a, b)).toBe(errno("EROFS"));
    expect(calls.renameAt(cwd, a, cwd, b)).toBe(errno("EROFS"));
    expect(calls.linkAt(cwd, a, cwd, c)).toBe(errno("EROFS"));
    expect(calls.unlinkAt(cwd, a)).toBe(errno("EROFS"));
    expect(setTime(a, 0n)).toBe(errno("EROFS"));
    expect(calls.setAttribute(a, "user.a", Buffer.from("1"))).toBe(errno("EROFS"));
    expect(calls.createFileAt(cwd, c, 0o600)).toBe(errno("EROFS"));
    expect(readdirSync(dir)).toEqual(["a", "b"]);
  });
});

describe("immutable files and the link limit (ext4)", () => {
  const { dir, why } = mountImage("ext4");
  const fixed = `${dir}/fixed`;
  afterEach(() => {
    if (existsSync(fixed)) run("chattr", "-i", fixed);
  });

  itWhere("EPERM for an immutable file, also for root", why, () => {
    writeFileSync(fixed, "A");
    writeFileSync(`${dir}/b`, "B");
    run("chattr", "+i", fixed);
    expect(exchange(fixed, `${dir}/b`)).toBe(errno("EPERM"));
    expect(calls.linkAt(calls.cwd, fixed, calls.cwd, `${dir}/c`)).toBe(errno("EPERM"));
    expect(calls.unlinkAt(calls.cwd, fixed)).toBe(errno("EPERM"));
    expect(setTime(fixed, 0n)).toBe(errno("EPERM"));
  });

  itWhere("EMLINK after 65,000 names", why, () => {
    const held = calls.openDir(dir) as number;
    writeFileSync(`${dir}/0`, "");
    let count = 1;
    let answer: Result;
    while (!isErrno((answer = calls.linkAt(held, "0", held, String(count))))) count++;
    calls.close(held);
    expect([answer, count]).toEqual([errno("EMLINK"), 65_000]);
    expect(statSync(`${dir}/0`).nlink).toBe(65_000);
  });
});
