import { expect, test } from "vitest";
import { type FileSnapshot, isInode, whyChanged } from "../../src/replace/file-snapshot.ts";

const snapshot: FileSnapshot = {
  dev: 1,
  ino: 2n,
  size: 3,
  mode: 0o100644,
  uid: 4,
  gid: 5,
  mtimeNs: 6n,
  ctimeNs: 7n,
};

test("a file that is as before, but for its ctime, has not changed", () => {
  expect(whyChanged({ ...snapshot, ctimeNs: 8n }, snapshot)).toBeUndefined();
});

test.each([
  { field: { ino: 3n }, says: "it was replaced by another file" },
  { field: { dev: 2 }, says: "it was replaced by another file" },
  { field: { size: 4 }, says: "its size changed from 3 to 4 bytes" },
  { field: { mtimeNs: 5n }, says: "its modification time changed" },
  { field: { mode: 0o100755 }, says: "its permission bits changed" },
  { field: { mode: 0o104644 }, says: "its permission bits changed" },
  { field: { uid: 0 }, says: "its owner changed" },
  { field: { gid: 0 }, says: "its owner changed" },
  { field: { mode: 0o120777 }, says: "no longer a regular file" },
  { field: { mode: 0o040644 }, says: "no longer a regular file" },
])("$field: $says", ({ field, says }) => {
  expect(whyChanged({ ...snapshot, ...field }, snapshot)).toContain(says);
});

test.each([
  { field: {}, is: true },
  { field: { size: 9, mtimeNs: 9n }, is: true },
  { field: { ino: 3n }, is: false },
  { field: { dev: 9 }, is: false },
])("$field: is the inode: $is", ({ field, is }) => {
  expect(isInode({ ...snapshot, ...field }, snapshot)).toBe(is);
});
