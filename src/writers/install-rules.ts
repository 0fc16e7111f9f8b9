import type { Recipes } from "../prerequisites/makefile.ts";

/** What the rules of a Makefile do to installed files. */
export type InstallEffect = "none" | "replace" | "in-place";

/** Words of recipes that copy files: commands, variables such as `$(INSTALL_DATA)`, scripts such as `install.sh`. */
const COPIES = /install|\bcp\b|\bmv\b|rsync|copy|[$(]\(?\w*(?:INST|CP|COPY|LIBTOOL)\w*/i;
/** Words of those recipes that write into existing files, whatever follows. */
const IN_PLACE = /[$(]\(?(?:CP|COPY)\b|--inplace/;
const CP = /(?:^|[^\w.-])cp(?![\w.-])/g;
/** Options with which `cp` makes new files. */
const MAKES_NEW = /--remove-destination| -\w*[alsd]/;
/** CMake's own rule, which every CMake project has; what it has installed is in `install_manifest.txt`. */
const CMAKE_INSTALL = /cmake_install\.cmake|--target install|preinstall/;
const INSTALL_TARGET = /(?:^|[-_/])(?:real)?install(?:$|[-_./])/;

/** What the recipes of targets such as `install` do to the files that they install. */
export function installEffectOf(recipes: Recipes): InstallEffect {
  const lines = recipes.rules
    .filter(({ targets }) => targets.some((target) => INSTALL_TARGET.test(target)))
    .flatMap(({ recipe }) => recipe);
  for (const line of lines) recipes.budget.spend(line.length);
  const copying = lines.filter((line) => COPIES.test(line) && !CMAKE_INSTALL.test(line));
  if (copying.length === 0) return "none";
  return copying.some(writesInPlace) ? "in-place" : "replace";
}

function writesInPlace(line: string): boolean {
  if (IN_PLACE.test(line)) return true;
  // The options of the last `cp` are those that no other one shares.
  let last = -1;
  for (const { index } of line.matchAll(CP)) last = index;
  return last >= 0 && !MAKES_NEW.test(line.slice(last));
}
