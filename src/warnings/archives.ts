import { kindByName } from "../artifacts/kinds.ts";
import { type BytePath, absolutePath, join } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Warning } from "../core/report.ts";
import { type LinkedFile, dirsOf } from "./linked-files.ts";
import { nearestDirWith, readText } from "./project-files.ts";

const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];
const STATIC_LIBRARY = kindByName("static-library");
const AR = /(?:\$[({]AR[)}]|\bar)$/;
const AR_FLAGS = /^(?:\$[({]ARFLAGS[)}]|-?[a-zA-Z]+)$/;
const RM = /\brm[ \t]/;

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
      if (text === undefined || !addsToArchives(text)) continue;
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

/** Whether some recipe adds members to an archive, and none removes the archive first. */
function addsToArchives(makefile: string): boolean {
  const recipes = makefile.split("\n").filter((line) => line.startsWith("\t"));
  return recipes.some(usesAr) && !recipes.some(removes);
}

function usesAr(line: string): boolean {
  const words = line.trim().split(/\s+/);
  return words.some((word, i) => {
    const flags = words[i + 1] ?? "";
    const names = i + 2 < words.length && AR.test(word.slice(-5)) && AR_FLAGS.test(flags);
    return names && (flags.startsWith("$") || /[rq]/.test(flags));
  });
}

function removes(line: string): boolean {
  if (/\$[({]RM[)}]/.test(line)) return true;
  const at = line.search(RM);
  return at >= 0 && /\$[@({]|\.a\b/.test(line.slice(at));
}
