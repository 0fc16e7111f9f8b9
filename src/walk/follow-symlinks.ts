import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import { nodeFileCalls } from "../fs/file-calls.ts";
import { type VisitedDirs, readFiles, readDirs } from "./read-directories.ts";
import type { CompiledRules } from "./walk-rules.ts";
import type { Symlink, TableChunk } from "./table-chunk.ts";

/**
 * Follows the symbolic links that a walk met, and those that are met on the way, until nothing new is
 * found. A directory that was read already is not read again, so loops end. What is reached both by its
 * own path and through a link keeps its own path. A link to a file stays a link: its target is taken,
 * under the target's real path.
 *
 * @param within Only links that lead below this real path are followed, as with `compileall -e`.
 */
export function followSymlinks(
  parts: readonly TableChunk[],
  rules: CompiledRules,
  within: BytePath | undefined,
): TableChunk[] {
  const seen: VisitedDirs = new Map();
  /** Directories of which single files were given: what else is in them was not seen. */
  const partial: VisitedDirs = new Map();
  for (const dir of parts.flatMap((part) => part.dirs)) {
    const known = dir.partial ? partial : seen;
    known.set(`${dir.device}:${dir.inode}`, dir.path);
  }
  const found: TableChunk[] = [];
  let links = parts.flatMap((part) => part.symlinks);
  while (links.length > 0) {
    const next: Symlink[] = [];
    for (const link of [...links].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const part = follow(link, rules, within, { seen, partial });
      if (part === undefined) continue;
      found.push(part);
      for (const met of part.symlinks) next.push(met);
    }
    links = next;
  }
  return found;
}

function follow(
  { path, task }: Symlink,
  rules: CompiledRules,
  within: BytePath | undefined,
  { seen, partial }: { readonly seen: VisitedDirs; readonly partial: VisitedDirs },
): TableChunk | undefined {
  const target = tryErrno(() => disk.stat(path));
  const real = tryErrno(() => disk.realPath(path));
  if (isErrno(target) || isErrno(real)) return undefined; // a dangling link leads nowhere
  if (within !== undefined && !real.startsWith(within === "/" ? "/" : `${within}/`))
    return undefined;
  if (target.isDirectory())
    return readDirs(
      [{ ...task, path, baseLength: join(path, "").length }],
      rules,
      Number.POSITIVE_INFINITY,
      nodeFileCalls,
      seen,
    );
  if (!target.isFile()) return undefined;
  const part = readFiles(dirOf(real), [nameOf(real)], rules);
  if (part.count === 0) return part;
  const dir = part.dirs[0];
  const identity = `${dir.device}:${dir.inode}`;
  const known = seen.get(identity) ?? partial.get(identity) ?? dir.path;
  return { ...part, aliases: [{ path, of: join(known, nameOf(real)), via: "symlink" }] };
}
