import { type BytePath, dirOf, nameOf } from "../core/byte-path.ts";

/** What an output and the target of its dependency file have in common: no last ending, no `.libs`. */
export function stemOf(path: BytePath): BytePath {
  const plain = path.includes(".libs/") ? path.replaceAll(/(^|\/)\.libs\//g, "$1") : path;
  const dot = plain.lastIndexOf(".");
  return dot > plain.lastIndexOf("/") + 1 ? plain.slice(0, dot) : plain;
}

/** The directory and `levels` directories above it, the nearest first. */
export function upwards(dir: BytePath, levels: number): BytePath[] {
  const dirs = [dir];
  for (let at = dir; dirs.length <= levels && at !== "/"; dirs.push(at)) at = dirOf(at);
  return dirs;
}

/** A name without its last ending; `.x` has none. */
export function baseOf(path: BytePath): BytePath {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
