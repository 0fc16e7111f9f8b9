import { compareBytes } from "../core/byte-path.ts";
import type { Tree } from "../core/model.ts";
import type { Alias } from "../core/report.ts";

/** Every further way to a stored file that the walk met: hardlinks, symbolic links, directories reached twice. */
export function listAliases(tree: Tree, nextLink: Int32Array): Alias[] {
  const { files } = tree;
  const aliases = [...tree.aliases];
  const further = new Uint8Array(files.count);
  for (const next of nextLink) if (next >= 0) further[next] = 1;
  for (let file = 0; file < files.count; file += 1) {
    if (further[file] === 1 || nextLink[file] < 0) continue;
    const of = files.path(file);
    for (let name = nextLink[file]; name >= 0; name = nextLink[name]) {
      aliases.push({ path: files.path(name), of, via: "hardlink" });
    }
  }
  return aliases.sort((a, b) => compareBytes(a.path, b.path));
}
