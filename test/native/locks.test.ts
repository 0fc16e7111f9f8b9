import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errno } from "../../src/core/result.ts";
import { calls, describeWhere, temporaryDir, whyNot } from "./helpers.ts";

const why = whyNot ?? (process.platform === "linux" ? undefined : "only Linux has marks");

describeWhere("mark", why, () => {
  const dir = temporaryDir();
  const file = `${dir}/file`;
  writeFileSync(file, "");

  it.each([
    { what: "a directory", path: dir, flags: constants.O_RDONLY | constants.O_DIRECTORY },
    { what: "a file", path: file, flags: constants.O_RDONLY },
  ])("on $what is seen through every other descriptor until its own is closed", (on) => {
    const [first, second] = [openSync(on.path, on.flags), openSync(on.path, on.flags)];
    expect(calls.isLocked(second, 0, 100)).toBe(false);
    expect(calls.lockShared(first, 2 ** 45)).toBeUndefined();
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(false);
    expect(calls.isLocked(second, 2 ** 45, 1)).toBe(true);
    expect(calls.isLocked(second, 2 ** 45 - 3, 3)).toBe(false);
    expect(calls.isLocked(second, 2 ** 45 - 3, 4)).toBe(true);
    expect(calls.lockShared(second, 2 ** 45)).toBeUndefined();
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(true);
    // Closing another descriptor of the file, as reading a directory does, takes nothing away.
    closeSync(openSync(on.path, on.flags));
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(true);
    closeSync(second);
    expect(calls.isLocked(first, 2 ** 45, 1)).toBe(false);
    closeSync(first);
    expect(calls.lockShared(first, 0)).toBe(errno("EBADF"));
    expect(calls.isLocked(first, 0, 1)).toBe(errno("EBADF"));
  });

  it("stands beside the locks of flock(1), in both ways", () => {
    const flock = (...command: string[]) => spawnSync("flock", ["-n", dir, ...command]).status;
    const fd = openSync(dir, constants.O_RDONLY);
    expect(calls.lockShared(fd, 7)).toBeUndefined();
    const status = flock("true");
    if (status !== null) expect(status).toBe(0); // null: no flock(1)
    closeSync(fd);
  });
});
