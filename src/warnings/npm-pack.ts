import { type BytePath, join, toText } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { absolute } from "../fs/absolute.ts";
import type { Warning } from "../core/report.ts";
import { type LinkedFile, dirsOf } from "./linked-files.ts";
import { NearestDir, readText } from "./nearest-directory.ts";

/**
 * Packages of which `npm pack` would write files as links of one another: `npm install` silently leaves
 * such entries out. Only where both names are in the pack: below a `package.json` that is not private,
 * among its `files` (without that list everything is packed, unless an ignore file says otherwise).
 */
export async function warnOfNpmPack(
  files: FileTable,
  linked: readonly LinkedFile[],
  cwd: BytePath,
): Promise<Warning[]> {
  const homes = homesOf(files, dirsOf(files, linked), cwd);
  if (homes.size === 0) return [];
  const isPacked = new Map<BytePath, ((relative: string) => boolean) | undefined>();
  const counts = new Map<BytePath, number>();
  for (const { names } of linked) {
    const inPackage = new Map<BytePath, number>();
    for (const name of names) {
      const home = homes.get(files.columns.dir[name]);
      if (home === undefined) continue;
      const path = absolute(cwd, files.path(name));
      if (!isPacked.has(home)) isPacked.set(home, await packedBy(home));
      const relative = toText(path.slice(join(home, "").length));
      if (isPacked.get(home)?.(relative)) inPackage.set(home, (inPackage.get(home) ?? 0) + 1);
    }
    for (const [home, count] of inPackage) {
      if (count > 1) counts.set(home, (counts.get(home) ?? 0) + count - 1);
    }
  }
  return Array.from(counts, ([home, count]) => ({
    code: "npm-pack",
    path: join(home, "package.json"),
    message:
      `npm pack fails on linked files (npm 11) or packs them as links, which npm install leaves out; ${count} of this package ${count === 1 ? "is one" : "are"}: ` +
      "run dedupe unshare on it before npm pack and npm publish",
  }));
}

/** The package that each directory belongs to, by the directory that holds its `package.json`; what is installed is nobody's to pack. */
function homesOf(files: FileTable, dirs: readonly number[], cwd: BytePath): Map<number, BytePath> {
  const packages = new NearestDir(["package.json"]);
  const homes = new Map<number, BytePath>();
  for (const dir of dirs) {
    const home = packages.to(absolute(cwd, files.dirPath(dir)));
    if (home !== undefined && !/(?:^|\/)node_modules(?:\/|$)/.test(home)) homes.set(dir, home);
  }
  return homes;
}

/** Which files of a package are packed, by their paths in it; undefined for one that is not published. */
async function packedBy(home: BytePath): Promise<((relative: string) => boolean) | undefined> {
  const manifest = parse(readText(join(home, "package.json")));
  if (manifest === undefined || manifest["private"] === true) return undefined;
  const outside = (relative: string): boolean => /(?:^|\/)(?:node_modules|\.git)\//.test(relative);
  const { files } = manifest;
  if (!Array.isArray(files)) {
    const ignores = [".npmignore", ".gitignore"].some(
      (name) => readText(join(home, name)) !== undefined,
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
    return undefined; // npm does not pack with it either
  }
}
