import { closeSync, lstatSync, openSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { calls, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

const NOW = 1_700_000_000_123_456_789n;

describeWhere("setTimes", whyNot, () => {
  const root = temporaryDir();
  const file = `${root}/file-\u00ff`;
  const times = (path: string) => {
    const { atimeNs, mtimeNs } = lstatSync(toNative(path), { bigint: true });
    return { atimeNs, mtimeNs };
  };
  writeFileSync(toNative(file), "");

  it.each([
    NOW,
    0n,
    1n,
    999_999_999n,
    1_000_000_000n, // 1970 and after
    -1n,
    -999_999_999n,
    -1_000_000_000n,
    -1_000_000_001n,
    -2_000_000_000_123_456_789n, // before
    4_294_967_296_000_000_001n, // after 2106
  ])("%s ns", (ns) => {
    expect(calls.setTimes(file, ns + 5n, ns)).toBeUndefined();
    expect(times(file)).toEqual({ atimeNs: ns + 5n, mtimeNs: ns });
  });

  it("leaves the access time where none is given", () => {
    utimesSync(toNative(file), 1000, 2000);
    expect(calls.setTimes(file, undefined, NOW)).toBeUndefined();
    expect(times(file)).toEqual({ atimeNs: 1_000_000_000_000n, mtimeNs: NOW });
  });

  it("sets a symbolic link's own time, also of one that leads nowhere", () => {
    const link = `${root}/link`;
    symlinkSync("nowhere", link);
    expect(calls.setTimes(link, undefined, NOW)).toBeUndefined();
    expect(times(link).mtimeNs).toBe(NOW);
  });

  it("sets the times of a name in an open directory, of an open file and of an open directory", () => {
    const dir = calls.openDir(root) as number;
    expect(calls.setTimesAt(dir, "file-\u00ff", undefined, -7n)).toBeUndefined();
    expect(times(file).mtimeNs).toBe(-7n);
    const fd = openSync(toNative(file), "r");
    expect(calls.setTimesFd(fd, 3n, NOW + 1n)).toBeUndefined();
    expect(times(file)).toEqual({ atimeNs: 3n, mtimeNs: NOW + 1n });
    expect(calls.setTimesFd(dir, undefined, NOW + 2n)).toBeUndefined();
    expect(times(root).mtimeNs).toBe(NOW + 2n);
    closeSync(fd);
    expect(calls.setTimesFd(fd, undefined, NOW)).toBe(errno("EBADF"));
  });

  it.each([
    ["ENOENT", "missing"],
    ["ENOTDIR", "file-\u00ff/x"],
  ])("%s", (code, name) => {
    expect(calls.setTimes(`${root}/${name}`, undefined, NOW)).toBe(errno(code));
  });
});
