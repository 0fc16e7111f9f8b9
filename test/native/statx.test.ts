import {
  type BigIntStats,
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { linux } from "../../src/native/linux.ts";
import { loadLibrary } from "../../src/native/load.ts";
import type { FileStat } from "../../src/native/native.ts";
import { calls, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

/** Node's stat as a `FileStat`. */
function expected(stats: BigIntStats): FileStat {
  return {
    dev: Number(stats.dev),
    ino: stats.ino,
    mode: Number(stats.mode),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    nlink: Number(stats.nlink),
    size: Number(stats.size),
    blocks: Number(stats.blocks),
    atimeNs: stats.atimeNs,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
  };
}

describeWhere("statAt", whyNot, () => {
  const root = temporaryDir();
  const odd = "\u00e9\u00ff";
  writeFileSync(`${root}/file`, "x".repeat(5000), { mode: 0o4751 });
  linkSync(`${root}/file`, `${root}/second`);
  writeFileSync(toNative(`${root}/${odd}`), "odd");
  symlinkSync("file", `${root}/link`);
  symlinkSync("nowhere", `${root}/dangling`);
  mkdirSync(`${root}/sub`);
  writeFileSync(`${root}/huge`, "");
  truncateSync(`${root}/huge`, 5 * 2 ** 32 + 7);

  it.each(["file", "second", odd, "link", "dangling", "sub", "huge", "."])(
    "agrees with lstat: %j",
    (name) => {
      const dir = calls.openDir(root) as number;
      const stats = expected(lstatSync(toNative(`${root}/${name}`), { bigint: true }));
      expect(calls.statAt(dir, name)).toMatchObject(stats);
      expect(calls.statAt(calls.cwd, `${root}/${name}`)).toMatchObject(stats);
      calls.close(dir);
    },
  );

  it.each(["/dev/null", "/dev/fd", "/", "/usr/bin/env"])(
    "agrees with lstat on other devices: %s",
    (path) => {
      const { atimeNs: _a, ctimeNs: _c, ...stats } = expected(lstatSync(path, { bigint: true }));
      expect(calls.statAt(calls.cwd, path)).toMatchObject(stats);
    },
  );

  it("agrees with fstat", () => {
    const fd = openSync(`${root}/file`, "r");
    expect(calls.statFd(fd)).toMatchObject(expected(fstatSync(fd, { bigint: true })));
    closeSync(fd);
    expect(calls.statFd(fd)).toBe(errno("EBADF"));
  });

  it.each([
    ["ENOENT", "missing"],
    ["ENOENT", ""],
    ["ENOTDIR", "file/x"],
    ["ENAMETOOLONG", "x".repeat(256)],
  ])("%s: %j", (code, name) => {
    const dir = calls.openDir(root) as number;
    expect(calls.statAt(dir, name)).toBe(errno(code));
    calls.close(dir);
  });

  it.runIf(process.platform === "linux")("works if the C library lacks a wrapper", () => {
    const library = loadLibrary();
    const old = linux(
      {
        ...library,
        func(name, result, parameters) {
          if (name === "statx" || name === "renameat2")
            throw new Error(`Cannot find function '${name}'`);
          return library.func(name, result, parameters);
        },
      },
      process.arch,
    );
    expect(old?.statAt(calls.cwd, `${root}/file`)).toEqual(calls.statAt(calls.cwd, `${root}/file`));
    expect(old?.statAt(calls.cwd, `${root}/missing`)).toBe(errno("ENOENT"));
    expect(old?.exchangeAt(calls.cwd, `${root}/file`, calls.cwd, `${root}/huge`)).toBeUndefined();
    expect(lstatSync(`${root}/huge`).size).toBe(5000);
    expect(old?.exchangeAt(calls.cwd, `${root}/file`, calls.cwd, `${root}/missing`)).toBe(
      errno("ENOENT"),
    );
  });
});
