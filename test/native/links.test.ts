import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { calls, exchange, otherDevice, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

const NOT_UTF8 = "caf\u00e9-\u0080\u00ff";

describeWhere("names", whyNot, () => {
  const root = temporaryDir();
  let dir = "";
  let a = "";
  let b = "";
  let round = 0;
  const content = (path: string) => readFileSync(toNative(path), "utf8");

  beforeEach(() => {
    dir = `${root}/${round++}`;
    a = `${dir}/a`;
    b = `${dir}/b`;
    mkdirSync(dir);
    writeFileSync(a, "A");
    writeFileSync(b, "B");
  });

  describe("exchange", () => {
    it("exchanges two files", () => {
      const inodes = [lstatSync(a).ino, lstatSync(b).ino];
      expect(exchange(a, b)).toBeUndefined();
      expect([content(a), content(b)]).toEqual(["B", "A"]);
      expect([lstatSync(b).ino, lstatSync(a).ino]).toEqual(inodes);
    });

    it("accepts names that are not UTF-8, and names of 255 bytes", () => {
      const odd = `${dir}/${NOT_UTF8}`;
      const long = `${dir}/${"\u00e4".repeat(255)}`;
      writeFileSync(toNative(odd), "odd");
      writeFileSync(toNative(long), "long");
      expect(exchange(odd, long)).toBeUndefined();
      expect([content(odd), content(long)]).toEqual(["long", "odd"]);
    });

    it.each([
      ["ENOENT", "a", "missing"],
      ["ENOENT", "missing", "a"],
      ["ENOTDIR", "a", "b/inside"],
      ["ENAMETOOLONG", "a", "x".repeat(256)],
      ["ENAMETOOLONG", "a", "x/".repeat(2100)],
    ])("%s", (code, from, to) => {
      expect(exchange(`${dir}/${from}`, `${dir}/${to}`)).toBe(errno(code));
      expect([content(a), content(b)]).toEqual(["A", "B"]);
    });

    const other = otherDevice();
    const away = other === undefined ? "" : `${temporaryDir(other)}/file`;
    it.skipIf(other === undefined)("EXDEV: another device", () => {
      writeFileSync(away, "away");
      expect(exchange(a, away)).toBe(errno("EXDEV"));
      expect(calls.linkAt(calls.cwd, a, calls.cwd, `${away}-2`)).toBe(errno("EXDEV"));
    });

    it("exchanges names in an open directory, also after it was moved", () => {
      const fd = calls.openDir(dir) as number;
      renameSync(dir, `${dir}-moved`);
      expect(calls.exchangeAt(fd, "a", fd, "b")).toBeUndefined();
      expect(content(`${dir}-moved/a`)).toBe("B");
    });
  });

  describe("in open directories", () => {
    it("links, renames and removes", () => {
      const fd = calls.openDir(dir) as number;
      expect(calls.linkAt(fd, "a", fd, NOT_UTF8)).toBeUndefined();
      expect(lstatSync(a).nlink).toBe(2);
      expect(calls.linkAt(fd, "a", fd, "b")).toBe(errno("EEXIST"));
      expect(calls.renameAt(fd, NOT_UTF8, fd, "b")).toBeUndefined();
      expect(lstatSync(b).ino).toBe(lstatSync(a).ino);
      expect(calls.unlinkAt(fd, "a")).toBeUndefined();
      expect(readdirSync(dir)).toEqual(["b"]);
    });

    it("removes an empty directory, and nothing else", () => {
      const fd = calls.openDir(dir) as number;
      mkdirSync(`${dir}/empty`);
      mkdirSync(`${dir}/full/below`, { recursive: true });
      expect(calls.removeDirAt(fd, "empty")).toBeUndefined();
      expect(calls.removeDirAt(fd, "full")).toBe(errno("ENOTEMPTY"));
      expect(calls.removeDirAt(fd, "a")).toBe(errno("ENOTDIR"));
      expect(readdirSync(dir)).toEqual(["a", "b", "full"]);
    });

    it("renaming between two names of one inode does nothing, as rename(2) says", () => {
      const fd = calls.openDir(dir) as number;
      calls.unlinkAt(fd, "b");
      calls.linkAt(fd, "a", fd, "b");
      expect(calls.renameAt(fd, "a", fd, "b")).toBeUndefined();
      expect(readdirSync(dir)).toEqual(["a", "b"]);
    });

    it("links a symbolic link itself, not its target", () => {
      const fd = calls.openDir(dir) as number;
      symlinkSync("a", `${dir}/link`);
      expect(calls.linkAt(fd, "link", fd, "link-2")).toBeUndefined();
      expect(lstatSync(`${dir}/link-2`).isSymbolicLink()).toBe(true);
      expect(lstatSync(a).nlink).toBe(1);
    });

    it("ENOENT, EISDIR or EPERM, EBADF", () => {
      const fd = calls.openDir(dir) as number;
      mkdirSync(`${dir}/sub`);
      expect(calls.unlinkAt(fd, "missing")).toBe(errno("ENOENT"));
      expect(["EISDIR", "EPERM"].map(errno)).toContain(calls.unlinkAt(fd, "sub"));
      expect(calls.unlinkAt(9999, "a")).toBe(errno("EBADF"));
      expect(calls.unlinkAt(fd, "")).toBe(errno("ENOENT"));
    });
  });
});
