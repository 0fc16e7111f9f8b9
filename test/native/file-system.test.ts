import { execFileSync } from "node:child_process";
import { closeSync, openSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { calls, mountImage, temporaryDir, describeWhere, itWhere, whyNot } from "./helpers.ts";

const why = whyNot ?? (process.platform === "linux" ? undefined : "written for Linux");

describeWhere("fileSystem", why, () => {
  const root = temporaryDir();

  it("knows proc and sysfs", () => {
    expect(calls.fileSystem("/proc")).toEqual({ type: "proc", readOnly: false });
    expect(calls.fileSystem("/sys")).toMatchObject({ type: "sysfs" });
  });

  it("follows a link, takes an open file, answers errors", () => {
    symlinkSync("/proc", `${root}/link`);
    expect(calls.fileSystem(`${root}/link`)).toMatchObject({ type: "proc" });
    const fd = openSync("/proc/self/status", "r");
    expect(calls.fileSystem(fd)).toMatchObject({ type: "proc" });
    closeSync(fd);
    expect(calls.fileSystem(fd)).toBe(errno("EBADF"));
    expect(calls.fileSystem(`${root}/missing`)).toBe(errno("ENOENT"));
  });

  describe.each(["ext4", "btrfs", "xfs"] as const)("%s", (type) => {
    const { dir, why: whyNotMounted } = mountImage(type);
    itWhere("is known, writable and read-only", whyNotMounted, () => {
      expect(calls.fileSystem(dir)).toEqual({ type, readOnly: false });
      execFileSync("mount", ["-o", "remount,ro", dir]);
      expect(calls.fileSystem(dir)).toEqual({ type, readOnly: true });
    });
  });
});
