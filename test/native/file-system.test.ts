import { closeSync, openSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { calls, mountImage, temporaryDir, describeWhere, itWhere, whyNot } from "./helpers.ts";

const why = whyNot ?? (process.platform === "linux" ? undefined : "written for Linux");

describeWhere("fileSystemType", why, () => {
  const root = temporaryDir();

  it("recognises proc and sysfs", () => {
    expect(calls.fileSystemType("/proc")).toBe("proc");
    expect(calls.fileSystemType("/sys")).toBe("sysfs");
  });

  it("follows a symbolic link, accepts an open file, answers errors", () => {
    symlinkSync("/proc", `${root}/link`);
    expect(calls.fileSystemType(`${root}/link`)).toBe("proc");
    const fd = openSync("/proc/self/status", "r");
    expect(calls.fileSystemType(fd)).toBe("proc");
    closeSync(fd);
    expect(calls.fileSystemType(fd)).toBe(errno("EBADF"));
    expect(calls.fileSystemType(`${root}/missing`)).toBe(errno("ENOENT"));
  });

  describe.each(["ext4", "btrfs", "xfs"] as const)("%s", (type) => {
    const { dir, why: whyNotMounted } = mountImage(type);
    itWhere("is recognised", whyNotMounted, () => {
      expect(calls.fileSystemType(dir)).toBe(type);
    });
  });
});
