/** @module-tag slow */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { calls, isRoot, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

/** Starts a shell script with the file as $1, and waits until it has printed a line. */
async function shell(script: string, file: string): Promise<ChildProcess> {
  const child = spawn("sh", ["-c", script, "sh", file], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

const why = whyNot ?? (process.platform === "linux" ? undefined : "only Linux has leases");

const CALLS = [
  {
    method: "writerOf",
    check(path: string) {
      const fd = openSync(path, "r");
      const answer = calls.writerOf(fd);
      closeSync(fd);
      return answer;
    },
  },
  {
    method: "closeAndCheckWriter",
    check: (path: string) => calls.closeAndCheckWriter(calls.openFileAt(calls.cwd, path) as number),
  },
];

describeWhere("writers", why, () => {
  const root = temporaryDir();
  const file = `${root}/file`;
  writeFileSync(file, "content");

  it("answers the same twice; the file can be written afterwards", () => {
    const fd = openSync(file, "r");
    expect([calls.writerOf(fd), calls.writerOf(fd)]).toEqual(["free", "free"]);
    closeSync(openSync(file, "r+"));
    expect(calls.writerOf(fd)).toBe("free");
    closeSync(fd);
  });

  describe.each(CALLS)("$method", ({ check }) => {
    it("free: no process has it open; it can be written afterwards", () => {
      expect(check(file)).toBe("free");
      closeSync(openSync(file, "r+"));
    });

    it("free: another process reads it", async () => {
      const reader = await shell('exec 3<"$1"; echo ready; read line', file);
      expect(check(file)).toBe("free");
      await end(reader);
    });

    it.each([
      ["appends", 'exec 3>>"$1"'],
      ["reads and writes", 'exec 3<>"$1"'],
    ])("writer: another process %s", async (_, open) => {
      const writer = await shell(`${open}; echo ready; read line`, file);
      expect(check(file)).toBe("writer");
      await end(writer);
      expect(check(file)).toBe("free");
    });

    it("writer: this process", () => {
      const fd = openSync(file, "r+");
      expect(check(file)).toBe("writer");
      closeSync(fd);
    });

    it("unknown: a directory", () => {
      expect(check(root)).toBe("unknown");
    });

    it.skipIf(!isRoot)("unknown: another user's file (as root without privileges)", () => {
      chmodSync(root, 0o755);
      chmodSync(file, 0o644);
      process.seteuid?.(65534);
      try {
        expect(check(file)).toBe("unknown");
      } finally {
        process.seteuid?.(0);
      }
    });
  });

  it("survives a process that opens the file for writing continuously", async () => {
    const writer = await shell('echo ready; while :; do : >>"$1"; done', file);
    const seen = { free: 0, writer: 0, unknown: 0 };
    const fd = openSync(file, "r");
    for (const stop = Date.now() + 1000; Date.now() < stop;) seen[calls.writerOf(fd)]++;
    closeSync(fd);
    await end(writer);
    expect(seen.unknown).toBe(0);
    expect(seen.free).toBeGreaterThan(1000);
    expect(seen.writer).toBeGreaterThan(0);
  });

  it("leaves no fd open", () => {
    const before = readdirSync("/proc/self/fd").length;
    for (let i = 0; i < 100; i++) for (const { check } of CALLS) check(file);
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });

  it("unknown: a closed fd", () => {
    expect(calls.writerOf(9999)).toBe("unknown");
    expect(calls.closeAndCheckWriter(9999)).toBe("unknown");
  });
});
