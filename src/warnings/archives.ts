import { kindByName } from "../artifacts/kinds.ts";
import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Warning } from "../core/report.ts";
import { type LinkedFile, dirsOf } from "./linked-files.ts";
import { nearestDirWith, readText } from "./project-files.ts";

const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];
const STATIC_LIBRARY = kindByName("static-library");
const RECIPE_WITH_AR =
  /^\t.*(?:\$[({]AR[)}]|\bar)\s+(?:\$[({]ARFLAGS[)}]|-?[a-zA-Z]*[rq][a-zA-Z]*)\s/m;
const REMOVES_FIRST = /^\t.*\brm\s.*(?:\$@|\.a\b|\$[({])|^\t.*\$[({]RM[)}]/m;

/** Warns of Makefiles that add to an existing static library if it is linked now: GNU ar writes in place. */
export function warnOfArchives(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Warning[] {
  const archives = linked.filter(({ keeper }) => files.columns.kind[keeper] === STATIC_LIBRARY);
  const makefileDirOf = nearestDirWith(MAKEFILES);
  const makefileDirs = new Set(
    dirsOf(files, archives).map((dir) => makefileDirOf(absolutePath(cwd, files.dirPath(dir)))),
  );
  const warnings: Warning[] = [];
  for (const dir of makefileDirs) {
    if (dir === undefined) continue;
    for (const path of MAKEFILES.map((name) => join(dir, name))) {
      const text = readText(path);
      if (text === undefined || !RECIPE_WITH_AR.test(text) || REMOVES_FIRST.test(text)) continue;
      warnings.push({
        code: "archive",
        path,
        message:
          "its ar command adds to the existing static library, so a build changes every link to it: " +
          "put rm -f $@ before ar, or run dedupe unshare before the build",
      });
    }
  }
  return warnings;
}
