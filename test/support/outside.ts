/** Files that are not in a tree, as rows after those of the tree. */
import fs from "node:fs";
import path from "node:path";
import { type AddedDir, type AddedFile, appendRows } from "../../src/core/append-rows.ts";
import { fromText } from "../../src/core/byte-path.ts";
import type { FileTable } from "../../src/core/file-table.ts";

/** Extends a table by the files at these paths, in their order. */
export function withFiles(table: FileTable, paths: readonly string[]): FileTable {
  const dirs: AddedDir[] = [];
  const files = paths.map((file): AddedFile => {
    const parent = fs.statSync(path.dirname(file), { bigint: true });
    const dirPath = fromText(path.dirname(file));
    dirs.push({
      path: dirPath,
      baseLength: dirPath.length,
      device: parent.dev,
      inode: parent.ino,
      mtime: parent.mtimeNs,
    });
    const stat = fs.lstatSync(file, { bigint: true });
    return {
      dir: dirs.length - 1,
      name: fromText(path.basename(file)),
      device: stat.dev,
      inode: stat.ino,
      size: Number(stat.size),
      allocated: Number(stat.blocks) * 512,
      mtime: stat.mtimeNs,
      ctime: stat.ctimeNs,
      mode: Number(stat.mode),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      links: Number(stat.nlink),
      kind: 0,
    };
  });
  return appendRows(table, dirs, files);
}
