import { type BytePath, toText } from "../byte-path.ts";
import { describeErrno } from "../errno-words.ts";
import { DedupeError, errnoOf } from "../errors.ts";
import { disk } from "../fs/disk.ts";
import type { Tree } from "../model.ts";
import type { Settings } from "../options.ts";
import { sweep } from "../replacing/sweep.ts";
import { assemble } from "../walking/assemble.ts";
import { followSymlinks as followLinks } from "../walking/follow-symlinks.ts";
import { outwaitClock } from "../walking/outwait-clock.ts";
import { readFiles } from "../walking/read-folders.ts";
import { findRoots } from "../walking/roots.ts";
import { compileRules } from "../walking/rules.ts";
import type { FolderTask, TreePart } from "../walking/tree-part.ts";
import type { Crew } from "../workers/crew.ts";

/** Directory entries that one task reads before it hands back the folders that are left: some 5 ms of work. */
const ENTRIES_PER_TASK = 2000;
/** The same until the worker threads are ready: this thread looks often whether they are. */
const ENTRIES_ALONE = 400;

/**
 * Walks every root and stats what may be an artifact. The first thousands of entries are read right
 * here; a tree that is larger is shared out among the worker threads.
 *
 * What a killed run has left is swept first, unless this run changes nothing.
 *
 * @throws DedupeError where a root does not exist.
 */
export async function walk(settings: Settings, crew: Crew): Promise<Tree> {
  let tree = await walkOnce(settings, crew);
  const changesDisk = settings.action !== "none" && !settings.dryRun;
  if (!changesDisk || crew.stopped) return tree;
  // Sweeping changes files that were looked at.
  if (sweep(tree.temporaries, tree.files) > 0) tree = await walkOnce(settings, crew);
  await outwaitClock(tree.files);
  return tree;
}

async function walkOnce(settings: Settings, crew: Crew): Promise<Tree> {
  const { paths, all, kinds, include, exclude, minSize, maxSize } = settings;
  const { oneFileSystem, followSymlinks, state } = settings;
  const sizes = { minSize, maxSize };
  const rules = { all, kinds, include, exclude, ...sizes, oneFileSystem, followSymlinks, state };
  const roots = await findRoots(paths);
  await crew.prepare({ type: "rules", rules });
  const parts = await walkFolders(roots.folders, crew);
  if (roots.files.size > 0 || followSymlinks) {
    const compiled = await compileRules(rules);
    for (const [folder, names] of roots.files) parts.push(readFiles(folder, names, compiled));
    if (followSymlinks) parts.push(...followLinks(parts, compiled, resolveWithin(settings.within)));
  }
  return assemble(parts, crew.jobs > 1);
}

function resolveWithin(within: BytePath | undefined): BytePath | undefined {
  if (within === undefined) return undefined;
  try {
    return disk.realPath(within);
  } catch (error) {
    const code = errnoOf(error);
    const why = code === "ENOENT" ? "no such file or folder" : describeErrno(code);
    throw new DedupeError("missing-path", `--within ${toText(within)}: ${why}`);
  }
}

async function walkFolders(roots: readonly FolderTask[], crew: Crew): Promise<TreePart[]> {
  const parts: TreePart[] = [];
  let waiting: FolderTask[] = [...roots];
  let files = 0;
  let folders = 0;
  const running = new Set<Promise<void>>();
  const take = (part: TreePart): void => {
    parts.push(part);
    waiting = waiting.concat(part.leftOver);
    for (const { fileCount } of part.folders) files += fileCount;
    folders += part.folders.length;
    crew.emit({ type: "walk", folders, files });
  };
  while ((waiting.length > 0 || running.size > 0) && !crew.stopped) {
    if (waiting.length === 0 || (crew.ready && !crew.hasRoom)) {
      await Promise.race(running);
      continue;
    }
    const { ready } = crew;
    const share = ready ? Math.ceil(waiting.length / (2 * crew.jobs)) : waiting.length;
    const tasks = waiting.splice(0, share);
    const budget = ready ? ENTRIES_PER_TASK : ENTRIES_ALONE;
    const work = crew.perform({ type: "walk", tasks, budget }).then(take);
    const tracked: Promise<void> = work.finally(() => running.delete(tracked));
    running.add(tracked);
    if (!ready) {
      await tracked;
      if (waiting.length > 0) crew.start();
    }
  }
  await Promise.all(running);
  return parts;
}
