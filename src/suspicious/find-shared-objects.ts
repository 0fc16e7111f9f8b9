import type { BytePath } from "../core/byte-path.ts";
import { describeDefect } from "../core/defects.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { FileSource } from "../diff/file-source.ts";
import type { ByteSource } from "../formats/byte-source.ts";
import { nodeFileCalls } from "../fs/file-calls.ts";
import { LinkedModule } from "./linked-module.ts";
import { type ModuleBuild, findModuleBuilds } from "./module-builds.ts";
import { type ObjectContents, readObject } from "./object-contents.ts";

/** An object that is found in several modules. */
export interface SharedObject {
  readonly object: BytePath;
  readonly modules: readonly BytePath[];
}

export interface SharedObjects {
  readonly shared: readonly SharedObject[];
  /** How many objects and modules were examined. */
  readonly objects: number;
  readonly modules: number;
  readonly problems: readonly Problem[];
}

/**
 * Finds objects of which all functions and data are in several modules, where modules link the objects of one
 * directory.
 */
export async function findSharedObjects(
  files: FileTable,
  isStopped: () => boolean,
): Promise<SharedObjects> {
  const reader = new Reader(files);
  const shared: SharedObject[] = [];
  const builds = findModuleBuilds(files);
  for (const build of builds) shared.push(...(await findInBuild(build, reader, isStopped)));
  const count = (part: keyof ModuleBuild): number =>
    builds.reduce((sum, build) => sum + build[part].length, 0);
  return {
    shared,
    objects: count("objects"),
    modules: count("modules"),
    problems: reader.problems,
  };
}

async function findInBuild(
  build: ModuleBuild,
  reader: Reader,
  isStopped: () => boolean,
): Promise<SharedObject[]> {
  const modules: [row: number, module: LinkedModule][] = [];
  for (const row of build.modules) {
    if (isStopped()) return [];
    const module = reader.read(row, (file) => LinkedModule.read(file));
    if (module !== undefined) modules.push([row, module]);
    await yieldToEventLoop();
  }
  const found: SharedObject[] = [];
  for (const row of build.objects) {
    if (isStopped()) break;
    const object = reader.read(row, readObject);
    await yieldToEventLoop();
    if (object === undefined) continue;
    const rows = modulesWith(object, modules, reader);
    if (rows.length > 1)
      found.push({ object: reader.path(row), modules: rows.map((each) => reader.path(each)) });
  }
  return found;
}

function modulesWith(
  object: ObjectContents,
  modules: readonly (readonly [row: number, module: LinkedModule])[],
  reader: Reader,
): number[] {
  const candidates = modules.filter(([, module]) => module.mayContain(object));
  if (candidates.length < 2) return [];
  return candidates.flatMap(([row, module]) =>
    reader.read(row, (file) => module.contains(object, file)) === true ? [row] : [],
  );
}

/** Opens files, and notes which cannot be read. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #files: FileTable;
  readonly #failed = new Set<number>();

  constructor(files: FileTable) {
    this.#files = files;
  }

  path(row: number): BytePath {
    return this.#files.path(row);
  }

  /** What a function makes of a file; undefined if the file cannot be read, or the function fails, which is a problem. */
  read<T>(row: number, use: (file: ByteSource) => T): T | undefined {
    const descriptor = nodeFileCalls.open(undefined, this.path(row));
    if (isErrno(descriptor)) return this.#fail(row, descriptor.code);
    try {
      const source = new FileSource(nodeFileCalls, descriptor, this.#files.columns.size[row]);
      const result = use(source);
      return source.failure === undefined ? result : this.#fail(row, source.failure.code);
    } catch (error) {
      if (!this.#failed.has(row)) this.problems.push(describeDefect(this.path(row), error));
      this.#failed.add(row);
      return undefined;
    } finally {
      nodeFileCalls.close(descriptor);
    }
  }

  #fail(row: number, code: string): undefined {
    if (this.#failed.has(row)) return undefined;
    this.#failed.add(row);
    const path = this.path(row);
    this.problems.push({ path, code, message: describeErrno(code) });
    return undefined;
  }
}
