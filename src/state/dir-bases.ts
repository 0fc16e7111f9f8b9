import { type BytePath, dirOf, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";

/** The part of a directory's path that may contain symbolic links: a root, or a link that the walk followed. */
export interface DirBase {
  /** As in the table, with a slash at its end unless the directory is the base itself. */
  readonly path: BytePath;
  /** Undefined if the directory was removed. */
  readonly real: BytePath | undefined;
}

/** The bases of the directories of a table. */
export class DirBases {
  readonly bases: readonly DirBase[];
  /** By directory: the index of its base. */
  readonly baseOfDir: Uint32Array;

  constructor(files: FileTable) {
    const bases: DirBase[] = [];
    const known = new Map<BytePath, number>();
    this.bases = bases;
    this.baseOfDir = new Uint32Array(files.dirCount);
    let last = "";
    let index = -1;
    for (let dir = 0; dir < files.dirCount; dir += 1) {
      const path = files.dirPath(dir);
      const length = Math.min(files.dirBase(dir), path.length);
      // Directories of one base follow each other.
      if (length !== last.length || !path.startsWith(last)) {
        last = path.slice(0, length);
        index = known.get(last) ?? -1;
        if (index < 0) {
          const real = tryErrno(() => disk.realPath(last));
          index = bases.push({ path: last, real: isErrno(real) ? undefined : real }) - 1;
          known.set(last, index);
        }
      }
      this.baseOfDir[dir] = index;
    }
  }

  /**
   * The real paths of the bases, without those that lie below others. If there are more than `most`, the parents
   * of the deepest stand for these.
   */
  topmost(most: number): BytePath[] {
    let roots = new Set(this.bases.flatMap(({ real }) => (real === undefined ? [] : [real])));
    for (;;) {
      const found = [...roots].filter((root) => !ancestorsOf(root).some((dir) => roots.has(dir)));
      if (found.length <= most) return found;
      const depths = found.map((root) => ancestorsOf(root).length);
      const deepest = depths.reduce((a, b) => Math.max(a, b));
      roots = new Set(found.map((root, i) => (depths[i] === deepest ? dirOf(root) : root)));
    }
  }
}

/** The directories above a real path, the nearest first. */
export function ancestorsOf(path: BytePath): BytePath[] {
  const above: BytePath[] = [];
  for (let at = path; dirOf(at) !== at; at = dirOf(at)) above.push(dirOf(at));
  return above;
}

/** The path that leads from one real directory to another; "" to itself. */
export function relativePath(from: BytePath, to: BytePath): BytePath {
  if (from === to) return "";
  const prefix = join(from, "");
  if (to.startsWith(prefix)) return to.slice(prefix.length);
  const above = ancestorsOf(from);
  const common = above.findIndex((dir) => to === dir || to.startsWith(join(dir, "")));
  const up = Array.from({ length: common + 1 }, () => "..").join("/");
  const rest = relativePath(above[common], to);
  return rest === "" ? up : `${up}/${rest}`;
}
