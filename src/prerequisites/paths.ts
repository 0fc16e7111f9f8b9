import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";

/** A path without its last ending and without `.libs` directories: what an output and the target of its dependency file share. */
export function outputStem(path: BytePath): BytePath {
  const plain = path.includes(".libs/") ? path.replaceAll(/(^|\/)\.libs\//g, "$1") : path;
  const dot = plain.lastIndexOf(".");
  return dot > plain.lastIndexOf("/") + 1 ? plain.slice(0, dot) : plain;
}

/** The directory and up to `levels` directories above it, nearest first. */
export function selfAndAncestors(dir: BytePath, levels: number): BytePath[] {
  const dirs = [dir];
  for (let at = dir; dirs.length <= levels && at !== "/"; dirs.push(at)) at = dirOf(at);
  return dirs;
}

/** The last component of a path without its last ending; a leading dot starts no ending. */
export function fileStem(path: BytePath): BytePath {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The outermost of some directories that is `dir` or above it. */
export function outermostOf(dirs: ReadonlySet<BytePath>, dir: BytePath): BytePath | undefined {
  let found: BytePath | undefined;
  for (let at = dir; ; at = dirOf(at)) {
    if (dirs.has(at)) found = at;
    if (at === "/" || at === ".") return found;
  }
}
