import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { calls, temporaryFolder, describeWhere, whyNot } from "./helpers.ts";

describeWhere("tryLock", whyNot, () => {
  const file = `${temporaryFolder()}/lock`;
  writeFileSync(file, "");

  it("locks once at a time; closing gives it back", () => {
    const first = openSync(file, "r");
    const second = openSync(file, "r");
    expect(calls.tryLock(first)).toBe("locked");
    expect(calls.tryLock(first)).toBe("locked");
    expect(calls.tryLock(second)).toBe("busy");
    closeSync(first);
    expect(calls.tryLock(second)).toBe("locked");
    closeSync(second);
    expect(calls.tryLock(second)).toBe("EBADF");
  });

  it.runIf(process.platform === "linux")("is seen by another process", () => {
    const fd = openSync(file, "r");
    const other = () => spawnSync("flock", ["-n", file, "true"]).status;
    if (other() === null) return; // no flock(1)
    expect(other()).toBe(0);
    expect(calls.tryLock(fd)).toBe("locked");
    expect(other()).toBe(1);
    closeSync(fd);
    expect(other()).toBe(0);
  });
});
