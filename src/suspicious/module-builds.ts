import type { FileTable } from "../core/file-table.ts";

/**
 * What setuptools builds in one directory: all modules link objects of one temporary directory, so that two modules
 * that compile one source write to one object. Rows of the file table.
 */
export interface ModuleBuild {
  readonly objects: readonly number[];
  readonly modules: readonly number[];
}

/** `build/temp.linux-x86_64-cpython-311/…` and `build/lib.linux-x86_64-cpython-311/…`, or `build/temp/…`. */
const OBJECT = /^(?:(.*)\/)?temp(\.[^/]*-[^/]*|(?<=(?:^|\/)build\/temp))\/.*\.o$/;
const MODULE = /^(?:(.*)\/)?lib(\.[^/]*-[^/]*|(?<=(?:^|\/)build\/lib))\/.*\.so$/;

/** The builds in a tree whose modules share objects. */
export function findModuleBuilds(files: FileTable): ModuleBuild[] {
  const builds = new Map<string, { objects: number[]; modules: number[] }>();
  for (let row = 0; row < files.count; row += 1) {
    const path = files.path(row);
    const object = OBJECT.exec(path);
    const match = object ?? MODULE.exec(path);
    if (match === null) continue;
    const key = `${match[1] ?? ""}\0${match[2]}`;
    const build = builds.get(key) ?? { objects: [], modules: [] };
    builds.set(key, build);
    (object === null ? build.modules : build.objects).push(row);
  }
  return [...builds.values()].filter(
    ({ objects, modules }) => objects.length > 0 && modules.length > 1,
  );
}
