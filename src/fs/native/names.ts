import type { BytePath } from "../../byte-path.ts";
import { cPath } from "./c-path.ts";
import type { Done } from "./errno.ts";
import type { CFunction, Library } from "./load.ts";
import type { NameCalls } from "./types.ts";

/** What differs between the systems. */
export interface NameSystem {
  /** AT_FDCWD. */
  readonly cwd: number;
  /** renameat2 or renameatx_np: (folder, name, folder, name, flags). */
  readonly renameWithFlags: CFunction;
  readonly EXCHANGE: number;
  readonly NO_REPLACE: number;
}

/** The calls that change names. They are the hot ones: one C call each, nothing allocated for an ASCII name. */
export function nameCalls(library: Library, system: NameSystem): NameCalls {
  const { cwd, renameWithFlags, EXCHANGE, NO_REPLACE } = system;
  const { lastError } = library;
  const renameat = library.func("renameat", "int", ["int", "str", "int", "str"]);
  const linkat = library.func("linkat", "int", ["int", "str", "int", "str", "int"]);
  const unlinkat = library.func("unlinkat", "int", ["int", "str", "int"]);

  const renameFlags = (
    folderA: number,
    a: BytePath,
    folderB: number,
    b: BytePath,
    flags: number,
  ): Done =>
    renameWithFlags(folderA, cPath(a), folderB, cPath(b), flags) === 0 ? "" : lastError();

  return {
    cwd,
    exchange: (a, b) => renameFlags(cwd, a, cwd, b, EXCHANGE),
    exchangeAt: (folderA, a, folderB, b) => renameFlags(folderA, a, folderB, b, EXCHANGE),
    renameNoReplace: (from, to) => renameFlags(cwd, from, cwd, to, NO_REPLACE),
    renameNoReplaceAt: (fromFolder, from, toFolder, to) =>
      renameFlags(fromFolder, from, toFolder, to, NO_REPLACE),
    renameAt: (fromFolder, from, toFolder, to) =>
      renameat(fromFolder, cPath(from), toFolder, cPath(to)) === 0 ? "" : lastError(),
    linkAt: (fromFolder, from, toFolder, to) =>
      linkat(fromFolder, cPath(from), toFolder, cPath(to), 0) === 0 ? "" : lastError(),
    unlinkAt: (folder, name) => (unlinkat(folder, cPath(name), 0) === 0 ? "" : lastError()),
  };
}
