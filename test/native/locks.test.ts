import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { calls, describeWhere, temporaryDir, whyNot } from "./helpers.ts";

const why =
  whyNot ??
  (process.platform === "linux" ? undefined : "only Linux has open file description locks");

describeWhere("lockShared and isLocked", why, () => {
  const dir = temporaryDir();
  const file = `${dir}/file`;
  writeFileSync(file, "");

  it.each([
    { what: "a directory", path: dir, flags: constants.O_RDONLY | constants.O_DIRECTORY },
    { what: "a file", path: file, flags: constants.O_RDONLY },
  ])("a lock on $what is visible to every other descriptor until its own is closed", (locked) => {
    const [first, second] = [
      openSync(locked.path, locked.flags),
      openSync(locked.path, locked.flags),
    ];
    expect(calls.isLocked(second, 0, 100)).toBe(false);
    expect(calls.lockShared(first, 2 ** 45)).toBeUndefined();
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(false);
    expect(calls.isLocked(second, 2 ** 45, 1)).toBe(true);
    expect(calls.isLocked(second, 2 ** 45 - 3, 3)).toBe(false);
    expect(calls.isLocked(second, 2 ** 45 - 3, 4)).toBe(true);
    expect(calls.lockShared(second, 2 ** 45)).toBeUndefined();
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(true);
    // Closing another descriptor of the file, as reading a directory does, keeps the lock.
    closeSync(openSync(locked.path, locked.flags));
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(true);
    closeSync(second);
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(false);
    closeSync(first);
    expect(calls.lockShared(first, 0)).toBe(errno("EBADF"));
    expect(calls.isLocked(first, 0, 1)).toBe(errno("EBADF"));
  });

  it("is independent of the locks of flock(1)", () => {
    const flock = (...command: string[]) => spawnSync("flock", ["-n", dir, ...command]).status;
    const fd = openSync(dir, constants.O_RDONLY);
    expect(calls.lockShared(fd, 7)).toBeUndefined();
    const status = flock("true");
    if (status !== null) expect(status).toBe(0); // null: no flock(1)
    closeSync(fd);
  });
});
