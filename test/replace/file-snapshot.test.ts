import { expect, test } from "vitest";
import { type FileSnapshot, isInode, whyChanged } from "../../src/replace/file-snapshot.ts";

type Stat = Parameters<typeof whyChanged>[0];

const seen: FileSnapshot = {
  device: 1,
  inode: 2n,
  size: 3,
  mode: 0o100644,
  uid: 4,
  gid: 5,
  mtime: 6n,
  ctime: 7n,
};
const stat = {
  dev: 1,
  ino: 2n,
  size: 3,
  mode: 0o100644,
  uid: 4,
  gid: 5,
  mtimeNs: 6n,
  ctimeNs: 7n,
  nlink: 1,
} as Stat;

test("a file that nobody touched has not changed", () => {
  expect(whyChanged(stat, seen)).toBeUndefined();
});

/** One field after the other. */
test.each([
  { field: { ino: 3n }, says: "another file took its name" },
  { field: { dev: 2 }, says: "another file took its name" },
  { field: { size: 4 }, says: "its size went from 3 to 4 bytes" },
  { field: { mtimeNs: 5n }, says: "its modification time moved" },
  { field: { mode: 0o100755 }, says: "its permission bits changed" },
  { field: { mode: 0o104644 }, says: "its permission bits changed" },
  { field: { uid: 0 }, says: "its owner changed" },
  { field: { gid: 0 }, says: "its owner changed" },
  { field: { mode: 0o120777 }, says: "no regular file" },
  { field: { mode: 0o040644 }, says: "no regular file" },
])("$field: $says", ({ field, says }) => {
  expect(whyChanged({ ...stat, ...field }, seen)).toContain(says);
});

test.each([
  { field: {}, is: true },
  { field: { size: 9, mtimeNs: 9n }, is: true },
  { field: { ino: 3n }, is: false },
  { field: { dev: 9 }, is: false },
])("$field: is the inode: $is", ({ field, is }) => {
  expect(isInode({ ...stat, ...field }, seen)).toBe(is);
});
