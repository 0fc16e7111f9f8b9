import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { calls, otherDevice, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

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
    it("swaps two files", () => {
      const inodes = [lstatSync(a).ino, lstatSync(b).ino];
      expect(calls.exchange(a, b)).toBeUndefined();
      expect([content(a), content(b)]).toEqual(["B", "A"]);
      expect([lstatSync(b).ino, lstatSync(a).ino]).toEqual(inodes);
    });

    it("takes names that are no UTF-8, and names of 255 bytes", () => {
      const odd = `${dir}/${NOT_UTF8}`;
      const long = `${dir}/${"\u00e4".repeat(255)}`;
      writeFileSync(toNative(odd), "odd");
      writeFileSync(toNative(long), "long");
      expect(calls.exchange(odd, long)).toBeUndefined();
      expect([content(odd), content(long)]).toEqual(["long", "odd"]);
    });

    it.each([
      ["ENOENT", "a", "missing"],
      ["ENOENT", "missing", "a"],
      ["ENOTDIR", "a", "b/inside"],
      ["ENAMETOOLONG", "a", "x".repeat(256)],
      ["ENAMETOOLONG", "a", "x/".repeat(2100)],
    ])("%s", (code, from, to) => {
      expect(calls.exchange(`${dir}/${from}`, `${dir}/${to}`)).toBe(errno(code));
      expect([content(a), content(b)]).toEqual(["A", "B"]);
    });

    const other = otherDevice();
    const away = other === undefined ? "" : `${temporaryDir(other)}/file`;
    it.skipIf(other === undefined)("EXDEV: another device", () => {
      writeFileSync(away, "away");
      expect(calls.exchange(a, away)).toBe(errno("EXDEV"));
      expect(calls.renameNoReplace(a, `${away}-2`)).toBe(errno("EXDEV"));
      expect(calls.linkAt(calls.cwd, a, calls.cwd, `${away}-2`)).toBe(errno("EXDEV"));
    });

    it("swaps names inside open directories, and a directory that was moved stays the one held", () => {
      const held = calls.openDir(dir) as number;
      expect(calls.renameNoReplace(dir, `${dir}-moved`)).toBeUndefined();
      expect(calls.exchangeAt(held, "a", held, "b")).toBeUndefined();
      expect(content(`${dir}-moved/a`)).toBe("B");
    });
  });

  describe("renameNoReplace", () => {
    it("renames to a free name", () => {
      expect(calls.renameNoReplace(a, `${dir}/c`)).toBeUndefined();
      expect([existsSync(a), content(`${dir}/c`)]).toEqual([false, "A"]);
    });

    it("EEXIST: leaves what is there", () => {
      expect(calls.renameNoReplace(a, b)).toBe(errno("EEXIST"));
      expect([content(a), content(b)]).toEqual(["A", "B"]);
    });
  });

  describe("in open directories", () => {
    it("links, renames and removes", () => {
      const held = calls.openDir(dir) as number;
      expect(calls.linkAt(held, "a", held, NOT_UTF8)).toBeUndefined();
      expect(lstatSync(a).nlink).toBe(2);
      expect(calls.linkAt(held, "a", held, "b")).toBe(errno("EEXIST"));
      expect(calls.renameAt(held, NOT_UTF8, held, "b")).toBeUndefined();
      expect(lstatSync(b).ino).toBe(lstatSync(a).ino);
      expect(calls.renameNoReplaceAt(held, "a", held, "b")).toBe(errno("EEXIST"));
      expect(calls.unlinkAt(held, "a")).toBeUndefined();
      expect(readdirSync(dir)).toEqual(["b"]);
    });

    it("does nothing where two names are one inode, as rename(2) says", () => {
      const held = calls.openDir(dir) as number;
      calls.unlinkAt(held, "b");
      calls.linkAt(held, "a", held, "b");
      expect(calls.renameAt(held, "a", held, "b")).toBeUndefined();
      expect(readdirSync(dir)).toEqual(["a", "b"]);
    });

    it("links a symbolic link itself, not its target", () => {
      const held = calls.openDir(dir) as number;
      symlinkSync("a", `${dir}/link`);
      expect(calls.linkAt(held, "link", held, "link-2")).toBeUndefined();
      expect(lstatSync(`${dir}/link-2`).isSymbolicLink()).toBe(true);
      expect(lstatSync(a).nlink).toBe(1);
    });

    it("ENOENT, EISDIR or EPERM, EBADF", () => {
      const held = calls.openDir(dir) as number;
      mkdirSync(`${dir}/sub`);
      expect(calls.unlinkAt(held, "missing")).toBe(errno("ENOENT"));
      expect(["EISDIR", "EPERM"].map(errno)).toContain(calls.unlinkAt(held, "sub"));
      expect(calls.unlinkAt(9999, "a")).toBe(errno("EBADF"));
      expect(calls.unlinkAt(held, "")).toBe(errno("ENOENT"));
    });
  });
});
