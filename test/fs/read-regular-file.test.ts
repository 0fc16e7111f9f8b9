import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { readRegularFile } from "../../src/fs/read-regular-file.ts";
import { makeTree, symlink } from "../support/tree.ts";

const root = makeTree({ file: "text", empty: "", "dir/x": "", link: symlink("file") });
execFileSync("mkfifo", [`${root}/fifo`]);

test.each([
  ["file", 4, Buffer.from("text")],
  ["file", 3, errno("EFBIG")],
  ["empty", 0, Buffer.alloc(0)],
  ["dir", 100_000, undefined],
  ["fifo", 100, undefined],
  ["link", 100, errno("ELOOP")],
  ["missing", 100, errno("ENOENT")],
])("%s, up to %i bytes", (name, limit, expected) => {
  expect(readRegularFile(`${root}/${name}`, limit)).toEqual(expected);
});
