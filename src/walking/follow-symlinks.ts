import { type BytePath, folderOf, join, nameOf } from "../byte-path.ts";
import { errnoOf } from "../errors.ts";
import { type Stat, disk } from "../fs/disk.ts";
import { nodeFileCalls } from "../fs/file-calls.ts";
import { type SeenFolders, readFiles, readFolders } from "./read-folders.ts";
import type { CompiledRules } from "./rules.ts";
import type { Symlink, TreePart } from "./tree-part.ts";

/**
 * Follows the symbolic links that a walk met, and those that are met on the way, until nothing new is
 * found. A folder that was read already is not read again, so loops end. What is reached both by its
 * own path and through a link keeps its own path. A link to a file stays a link: its target is taken,
 * under the target's real path.
 *
 * @param within Only links that lead below this real path are followed, as with `compileall -e`.
 */
export function followSymlinks(
  parts: readonly TreePart[],
  rules: CompiledRules,
  within: BytePath | undefined,
): TreePart[] {
  const seen: SeenFolders = new Map();
  /** Folders of which single files were given: what else is in them was not seen. */
  const partial: SeenFolders = new Map();
  for (const folder of parts.flatMap((part) => part.folders)) {
    const known = folder.partial ? partial : seen;
    known.set(`${folder.device}:${folder.inode}`, folder.path);
  }
  const found: TreePart[] = [];
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
  { seen, partial }: { readonly seen: SeenFolders; readonly partial: SeenFolders },
): TreePart | undefined {
  let target: Stat;
  let real: BytePath;
  try {
    target = disk.stat(path);
    real = disk.realPath(path);
  } catch (error) {
    errnoOf(error); // a dangling link leads nowhere: nothing to take
    return undefined;
  }
  if (within !== undefined && !real.startsWith(within === "/" ? "/" : `${within}/`))
    return undefined;
  if (target.isDirectory())
    return readFolders(
      [{ ...task, path, baseLength: join(path, "").length }],
      rules,
      Number.POSITIVE_INFINITY,
      nodeFileCalls,
      seen,
    );
  if (!target.isFile()) return undefined;
  const part = readFiles(folderOf(real), [nameOf(real)], rules);
  if (part.count === 0) return part;
  const folder = part.folders[0];
  const identity = `${folder.device}:${folder.inode}`;
  const known = seen.get(identity) ?? partial.get(identity) ?? folder.path;
  return { ...part, aliases: [{ path, of: join(known, nameOf(real)), via: "symlink" }] };
}
