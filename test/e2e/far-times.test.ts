/** Modification times that 64 bits of nanoseconds cannot express. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runTrusting, runTrustingJson } from "../support/run.ts";

/** tmpfs has 64 bits of seconds. */
const base = fs.existsSync("/dev/shm") ? fs.mkdtempSync("/dev/shm/dedupe-times-") : undefined;
afterAll(() => {
  if (base !== undefined) fs.rmSync(base, { recursive: true });
});

const touch = (date: string, ...files: string[]): void => {
  execFileSync("touch", ["-d", date, ...files]);
};

describe.skipIf(base === undefined).each([
  { date: "2300-01-01", env: {} },
  { date: "2300-01-01", env: { DEDUPE_NO_NATIVE: "1" } },
  { date: "2700-01-01", env: {} },
  { date: "1600-01-01", env: {} },
])("files dated $date, $env", ({ date, env }) => {
  const root = fs.mkdtempSync(path.join(base ?? "", "tree-"));
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => `${root}/${name}.o`);

  test("are left alone with a reason; the others are linked", () => {
    for (const file of [a, b, c, d]) fs.writeFileSync(file, "same");
    touch(date, a, b);
    const year = fs.statSync(a).mtime.getFullYear();
    for (const args of [["--check"], ["--hardlink", "-n"]])
      expect(runTrusting([...args, root], { env }).stderr).toBe("");
    const { totals, skipped } = runTrustingJson(["--hardlink", root], { env });
    expect(totals).toMatchObject({ replaced: 1, replaceable: 1, failed: 0 });
    expect(skipped).toEqual(
      [a, b].map((file) => ({
        path: file,
        reason: "time",
        detail: expect.stringContaining("is not between 1677 and 2262"),
      })),
    );
    expect(runTrusting(["--check", root], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(fs.statSync(b).mtime.getFullYear()).toBe(year);
  });

  test("are unshared, with their time", () => {
    fs.linkSync(a, e);
    const { mtimeNs } = fs.statSync(a, { bigint: true });
    expect(runTrusting(["unshare", root], { env })).toMatchObject({ code: 0 });
    expect(fs.statSync(e).ino).not.toBe(fs.statSync(a).ino);
    if (!("DEDUPE_NO_NATIVE" in env))
      expect(fs.statSync(e, { bigint: true }).mtimeNs).toBe(mtimeNs);
  });
});
