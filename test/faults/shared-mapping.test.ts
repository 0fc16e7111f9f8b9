import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { compile, hasGcc } from "../support/compile.ts";
import { hasStrace, withFault } from "../support/strace.ts";
import { file, link, makeTree } from "../support/tree.ts";
import { whyNot } from "../native/helpers.ts";

/**
 * Maps a file, stores into its first page and closes the file; then stores again and unmaps it when a line comes in.
 * The kernel changes the file's times at the first store only.
 */
const WRITER = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int count, char **parameters) {
  int fd = open(parameters[1], O_RDWR);
  char *bytes = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd < 0 || bytes == MAP_FAILED) return 1;
  memcpy(bytes, "first", 5);
  close(fd);
  puts("mapped");
  fflush(stdout);
  getchar();
  memcpy(bytes, "later", 5);
  munmap(bytes, 4096);
  puts("unmapped");
  fflush(stdout);
  getchar();
}`;

const CONTENT = `first${"x".repeat(1000)}`;
const LATER = CONTENT.replace("first", "later");
/** Where a file of several blocks is read on after its first block is known to equal another one. */
const LONG = CONTENT.padEnd(300_000, "long");

interface Row {
  readonly what: string;
  readonly args: readonly string[];
  readonly tree: Parameters<typeof makeTree>[0];
  readonly mapped: string;
  /** The call that takes 1.5 seconds; the store is made meanwhile. */
  readonly delayed: string;
}

const rows: readonly Row[] = [
  {
    what: "the duplicate",
    args: ["--hardlink"],
    tree: { "a.o": CONTENT, "b.o": CONTENT },
    mapped: "b.o",
    delayed: "linkat",
  },
  {
    what: "the file to keep",
    args: ["--hardlink"],
    tree: { "a.o": CONTENT, "b.o": CONTENT },
    mapped: "a.o",
    delayed: "linkat",
  },
  {
    what: "a duplicate of many blocks",
    args: ["--hardlink"],
    tree: { "a.o": LONG, "b.o": LONG },
    mapped: "b.o",
    delayed: "linkat",
  },
  {
    what: "a linked file that is unshared",
    args: ["unshare"],
    tree: { "a.o": CONTENT, "b.o": link("a.o") },
    mapped: "b.o",
    delayed: "fdatasync",
  },
];

async function line(child: ChildProcess, expected: string): Promise<void> {
  const [data] = await once(child.stdout as NodeJS.ReadableStream, "data");
  expect(String(data)).toBe(`${expected}\n`);
}

describe.skipIf(!hasGcc || !hasStrace || whyNot !== undefined)(
  "a program stores through a shared mapping (needs gcc, strace and koffi)",
  () => {
    test.each(rows)("$what: nothing is lost", async ({ args, tree, mapped, delayed }) => {
      const root = makeTree(tree);
      const names = fs.readdirSync(root);
      const target = path.join(root, mapped);
      const [old] = fs.readFileSync(target, "utf8").split("first");
      expect(old).toBe("");
      const writer = spawn(compile(WRITER), [target], { stdio: ["pipe", "pipe", "inherit"] });
      await line(writer, "mapped");
      const strace = spawn(
        "strace",
        withFault(delayed, "delay_enter=1500000:when=1", [...args, root]),
        { stdio: ["ignore", "ignore", "pipe"] },
      );
      let stderr = "";
      strace.stderr.on("data", (data) => (stderr += data));
      const ended = once(strace, "close");
      await Promise.race([ended, sleep(1000)]);
      writer.stdin?.write("\n");
      await line(writer, "unmapped");
      const [code] = await ended;
      writer.stdin?.end();
      await once(writer, "close");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const isLinked = args[0] === "unshare";
      for (const name of names) {
        const content = fs.readFileSync(path.join(root, name), "utf8");
        const start = name === mapped || isLinked ? "later" : "first";
        expect({ name, start: content.slice(0, 5) }).toEqual({ name, start });
      }
      expect(fs.readdirSync(root)).toEqual(names);
    });
  },
);

test.skipIf(!hasGcc || whyNot !== undefined)("the reason is reported", async () => {
  const { runTrustingJson } = await import("../support/run.ts");
  const root = makeTree({ "a.o": file(CONTENT), "b.o": file(CONTENT), "c.o": file(CONTENT) });
  const writer = spawn(compile(WRITER), [`${root}/b.o`], { stdio: ["pipe", "pipe", "inherit"] });
  await line(writer, "mapped");
  const { totals, skipped } = runTrustingJson(["--hardlink", root]);
  writer.stdin?.end();
  await once(writer, "close");
  expect(totals).toMatchObject({ replaced: 1 });
  expect(skipped).toEqual([
    { path: `${root}/b.o`, reason: "changed", detail: "a program has it open for writing" },
  ]);
  expect(fs.readFileSync(`${root}/b.o`, "utf8")).toBe(LATER);
});
