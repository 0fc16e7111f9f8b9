import { type BytePath, folderOf, nameOf } from "../byte-path.ts";

/** What an output and the target of its dependency file have in common: no last ending, no `.libs`. */
export function stemOf(path: BytePath): BytePath {
  const plain = path.includes(".libs/") ? path.replaceAll(/(^|\/)\.libs\//g, "$1") : path;
  const dot = plain.lastIndexOf(".");
  return dot > plain.lastIndexOf("/") + 1 ? plain.slice(0, dot) : plain;
}

/** The folder and `levels` folders above it, the nearest first. */
export function upwards(folder: BytePath, levels: number): BytePath[] {
  const folders = [folder];
  for (let at = folder; folders.length <= levels && at !== "/"; folders.push(at)) at = folderOf(at);
  return folders;
}

/** A name without its last ending; `.x` has none. */
export function baseOf(path: BytePath): BytePath {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
