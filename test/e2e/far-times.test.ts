/** Modification times that 64 bits of nanoseconds cannot express. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run, runTrusting, runTrustingJson } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";

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
    for (const args of [["--check"], ["--hardlink", "-n"], ["--reflink", "--hardlink", "-n"]])
      expect(runTrusting([...args, root], { env }).stderr).toBe("");
    expect(run(["status", "-v", root], { env })).toMatchObject({ code: 0, stderr: "" });
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

/** The first and the last date of ext4 with inodes of 128 bytes, the last one of 64 bits, and dates before 1970. */
test.each([
  "1901-12-13T20:45:53Z",
  "1969-12-31T23:59:59.999999999Z",
  "2038-01-19T03:14:08Z",
  "2262-04-11T23:47:15Z",
])("files dated %s are linked, cloned and unshared with their time", (date) => {
  const root = makeTree({ "a.o": "same", "b.o": "same", "d/c.o": "same" });
  const files = ["a.o", "b.o", "d/c.o"].map((name) => `${root}/${name}`);
  touch(date, ...files, `${root}/d`);
  const timesOf = (): bigint[] =>
    [...files, `${root}/d`].map((file) => fs.statSync(file, { bigint: true }).mtimeNs);
  const before = timesOf();
  for (const args of [
    ["--hardlink", "-n"],
    ["--reflink", "--hardlink"],
    ["--check"],
    ["unshare"],
    ["--hardlink", "--mtime", "newest"],
    ["--check"],
    ["unshare"],
  ]) {
    expect(runTrusting([...args, root])).toMatchObject({ code: 0, stderr: "" });
    expect(timesOf()).toEqual(before);
  }
  expect(run(["status", root])).toMatchObject({ code: 0, stderr: "" });
});
