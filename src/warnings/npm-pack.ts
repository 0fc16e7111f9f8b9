import { type BytePath, absolutePath, join, toText } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Warning } from "../core/report.ts";
import { type LinkedFile, dirsOf } from "./linked-files.ts";
import { nearestDirWith, readText } from "./project-files.ts";

/**
 * Warns of packages that `npm pack` would pack with hard links, which `npm install` silently skips. A package
 * counts if it is not private and at least two links of a file are packed: those that `files` in its
 * `package.json` lists, or all if it has neither that list nor an ignore file.
 */
export async function warnOfNpmPack(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Promise<Warning[]> {
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
      if (!isPacked.has(packageDir)) isPacked.set(packageDir, await packedFilesOf(packageDir));
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
async function packedFilesOf(
  packageDir: BytePath,
): Promise<((relative: string) => boolean) | undefined> {
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
  const { default: picomatch } = await import("picomatch");
  const globs = files
    .filter((glob): glob is string => typeof glob === "string")
    .map((glob) => glob.replace(/^(?:\.?\/)+|\/+$/g, ""));
  const matchers = globs
    .filter((glob) => !glob.startsWith("!"))
    .flatMap((glob) => [picomatch(glob, { dot: true }), picomatch(`${glob}/**`, { dot: true })]);
  const excludes = globs
    .filter((glob) => glob.startsWith("!"))
    .map((glob) => picomatch(glob.slice(1), { dot: true }));
  return (relative) =>
    !outside(relative) &&
    matchers.some((matches) => matches(relative)) &&
    !excludes.some((matches) => matches(relative));
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
