import { closeSync, openSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { calls, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

const NOW = 1_700_000_000_123_456_789n;

describeWhere("setTimes", whyNot, () => {
  const root = temporaryDir();
  const file = `${root}/file`;
  writeFileSync(file, "");
  const times = (path: string) => {
    const { atimeNs, mtimeNs } = statSync(path, { bigint: true });
    return { atimeNs, mtimeNs };
  };
  const setTimes = (path: string, atimeNs: bigint | undefined, mtimeNs: bigint) => {
    const fd = openSync(path, "r");
    const done = calls.setTimes(fd, atimeNs, mtimeNs);
    closeSync(fd);
    return done;
  };

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
    expect(setTimes(file, ns + 5n, ns)).toBeUndefined();
    expect(times(file)).toEqual({ atimeNs: ns + 5n, mtimeNs: ns });
  });

  it("leaves the access time if none is given", () => {
    utimesSync(file, 1000, 2000);
    expect(setTimes(file, undefined, NOW)).toBeUndefined();
    expect(times(file)).toEqual({ atimeNs: 1_000_000_000_000n, mtimeNs: NOW });
  });

  it("sets the time of a directory", () => {
    expect(setTimes(root, undefined, NOW + 2n)).toBeUndefined();
    expect(times(root).mtimeNs).toBe(NOW + 2n);
  });

  it("EBADF: a closed descriptor", () => {
    expect(calls.setTimes(9999, undefined, NOW)).toBe(errno("EBADF"));
  });
});
