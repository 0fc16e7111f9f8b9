import { type BytePath, dirOf, join, nameOf } from "../core/byte-path.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import type { Sliced } from "../core/slices.ts";
import { disk } from "../fs/disk.ts";
import { nodeFileCalls } from "../fs/file-calls.ts";
import { type VisitedDirs, readDirs, readFiles } from "./read-directories.ts";
import type { CompiledRules } from "./walk-rules.ts";
import type { ReadDir, Symlink, TableChunk } from "./table-chunk.ts";

/**
 * Follows the symbolic links that a walk found, and those found on the way, until nothing new turns up. A
 * directory that was read is not read again, so loops end. A file or directory that has a path of its own
 * below the roots keeps that path. A link to a file is never replaced itself: its target takes part, under
 * the target's real path.
 *
 * @param within Only links that lead below this real path are followed, as with `compileall -e`.
 * @param perRoot What was read below one root is read again below another.
 */
export function* followSymlinks(
  chunks: readonly TableChunk[],
  rules: CompiledRules,
  within: BytePath | undefined,
  perRoot = false,
): Sliced<TableChunk[]> {
  const visits = new Map<number, Visits>();
  const visitsOf = (root: number): Visits => {
    const key = perRoot ? root : 0;
    const known = visits.get(key) ?? { whole: new Map(), partial: new Map() };
    visits.set(key, known);
    return known;
  };
  for (const dir of chunks.flatMap((chunk) => chunk.dirs)) {
    const { whole, partial } = visitsOf(dir.root);
    (dir.partial ? partial : whole).set(identityOf(dir), dir.path);
  }
  const found: TableChunk[] = [];
  let links = chunks.flatMap((chunk) => chunk.symlinks);
  while (links.length > 0) {
    const next: Symlink[] = [];
    for (const link of [...links].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const chunk = yield* follow(link, rules, within, visitsOf(link.task.root));
      yield;
      if (chunk === undefined) continue;
      found.push(chunk);
      for (const symlink of chunk.symlinks) next.push(symlink);
    }
    links = next;
  }
  return found;
}

interface Visits {
  readonly whole: VisitedDirs;
  /** Directories of which only single files were given. */
  readonly partial: VisitedDirs;
}

function identityOf({ device, inode }: ReadDir): string {
  return `${device}:${inode}`;
}

function* follow(
  { path, task }: Symlink,
  rules: CompiledRules,
  within: BytePath | undefined,
  { whole, partial }: Visits,
): Sliced<TableChunk | undefined> {
  const target = tryErrno(() => disk.stat(path));
  const real = tryErrno(() => disk.realPath(path));
  if (isErrno(target) || isErrno(real)) return undefined; // a dangling link leads to nothing
  if (within !== undefined && !real.startsWith(within === "/" ? "/" : `${within}/`))
    return undefined;
  if (target.isDirectory())
    return yield* readDirs(
      [{ ...task, path, baseLength: join(path, "").length }],
      rules,
      Number.POSITIVE_INFINITY,
      nodeFileCalls,
      whole,
    );
  if (!target.isFile()) return undefined;
  const names = new Set([nameOf(real)]);
  const chunk = yield* readFiles({ dir: dirOf(real), names, root: task.root }, rules);
  if (chunk.count === 0) return chunk;
  const [dir] = chunk.dirs;
  const known = whole.get(identityOf(dir)) ?? partial.get(identityOf(dir)) ?? dir.path;
  return { ...chunk, aliases: [{ path, of: join(known, nameOf(real)), via: "symlink" }] };
}
