import { type BytePath, absolutePath, join, toText } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Warning } from "../core/report.ts";
import { BudgetExceeded, WorkBudget } from "../core/work-budget.ts";
import { GlobError, compileGlobs } from "../glob/glob.ts";
import { type LinkedFile, dirsOf } from "./linked-files.ts";
import { nearestDirWith, readText } from "./project-files.ts";

/** Steps to compile the list of a `package.json` and to match the files of the package with it: less than 0.1 s. */
const MAX_STEPS = 20_000_000;
const STEPS_PER_CHARACTER = 50;

/**
 * Warns of packages that `npm pack` would pack with hard links, which `npm install` silently skips. A package
 * counts if it is not private and at least two links of a file are packed: those that `files` in its
 * `package.json` lists, or all if it has neither that list nor an ignore file.
 */
export function warnOfNpmPack(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Warning[] {
  const packageDirs = packageDirsOf(files, dirsOf(files, linked), cwd);
  if (packageDirs.size === 0) return [];
  const isPacked = new Map<BytePath, ((relative: string) => boolean) | undefined>();
  const counts = new Map<BytePath, number>();
  for (const { rows } of linked) {
    const inPackage = new Map<BytePath, number>();
    for (const row of rows) {
      const packageDir = packageDirs.get(files.columns.dir[row]);
      if (packageDir === undefined) continue;
      const path = absolutePath(cwd, files.path(row));
      if (!isPacked.has(packageDir)) isPacked.set(packageDir, packedFilesOf(packageDir));
      const relative = toText(path.slice(join(packageDir, "").length));
      if (isPacked.get(packageDir)?.(relative))
        inPackage.set(packageDir, (inPackage.get(packageDir) ?? 0) + 1);
    }
    for (const [packageDir, count] of inPackage) {
      if (count > 1) counts.set(packageDir, (counts.get(packageDir) ?? 0) + count - 1);
    }
  }
  return Array.from(counts, ([packageDir, count]) => ({
    code: "npm-pack",
    path: join(packageDir, "package.json"),
    message:
      `npm pack fails on linked files (npm 11) or packs them as links, which npm install skips; this package has ${count} linked ${count === 1 ? "file" : "files"}: ` +
      "run dedupe unshare on it before npm pack or npm publish",
  }));
}

/** The directory of the package that each directory belongs to. Installed packages are left out, as they are not packed. */
function packageDirsOf(
  files: FileTable,
  dirs: readonly number[],
  cwd: BytePath,
): Map<number, BytePath> {
  const nearestPackage = nearestDirWith(["package.json"]);
  const packageDirs = new Map<number, BytePath>();
  for (const dir of dirs) {
    const found = nearestPackage(absolutePath(cwd, files.dirPath(dir)));
    if (found !== undefined && !/(?:^|\/)node_modules(?:\/|$)/.test(found))
      packageDirs.set(dir, found);
  }
  return packageDirs;
}

/** Tells which files of a package are packed, by their path relative to it; undefined if it is not published. */
function packedFilesOf(packageDir: BytePath): ((relative: string) => boolean) | undefined {
  const manifest = parse(readText(join(packageDir, "package.json")));
  if (manifest === undefined || manifest["private"] === true) return undefined;
  const outside = (relative: string): boolean => /(?:^|\/)(?:node_modules|\.git)\//.test(relative);
  const { files } = manifest;
  if (!Array.isArray(files)) {
    const ignores = [".npmignore", ".gitignore"].some(
      (name) => readText(join(packageDir, name)) !== undefined,
    );
    return ignores ? undefined : (relative) => !outside(relative);
  }
  const isListed = compileList(files.filter((glob) => typeof glob === "string"));
  return (relative) => !outside(relative) && isListed(relative);
}

/** Compiles the list `files` of a `package.json`. A list that takes too much work matches every path. */
function compileList(list: readonly string[]): (relative: string) => boolean {
  const budget = new WorkBudget(MAX_STEPS);
  const spend = (steps: number): void => budget.spend(steps);
  const compile = (globs: readonly string[]): ((relative: string) => boolean) => {
    for (const { length } of globs) spend(length * STEPS_PER_CHARACTER);
    return compileGlobs(globs, { anyDepth: false, spend });
  };
  try {
    const included = list.filter((glob) => !glob.startsWith("!")).flatMap(withContents);
    const excluded = list.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1));
    const isIncluded = compile(included);
    const isExcluded = compile(excluded.map(bare));
    return (relative) => trueIfTooHard(() => isIncluded(relative) && !isExcluded(relative));
  } catch (error) {
    if (error instanceof GlobError || error instanceof BudgetExceeded) return () => true;
    throw error;
  }
}

/** A glob, and one for what is in the directory that it names. */
function withContents(glob: string): string[] {
  const plain = bare(glob);
  // The package itself.
  return plain === "" || plain === "." ? ["**"] : [plain, `${plain}/**`];
}

/** Without the slashes around it, and without `./` in front of it. */
function bare(glob: string): string {
  let from = 0;
  while (glob[from] === "/" || glob.startsWith("./", from)) from += glob[from] === "/" ? 1 : 2;
  let to = glob.length;
  while (to > from && glob[to - 1] === "/") to -= 1;
  return glob.slice(from, to);
}

function trueIfTooHard(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof BudgetExceeded) return true;
    throw error;
  }
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // npm pack rejects it too
  }
}
