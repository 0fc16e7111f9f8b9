import type { BytePath } from "../core/byte-path.ts";
import type { Result } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { CFunction, Library } from "./load.ts";
import type { LinkCalls } from "./types.ts";

/** What differs between the systems. */
export interface LinkSystem {
  /** AT_FDCWD. */
  readonly cwd: number;
  /** renameat2 or renameatx_np: (directory, name, directory, name, flags). */
  readonly renameWithFlags: CFunction;
  readonly EXCHANGE: number;
  readonly NO_REPLACE: number;
}

/** The calls that change names. They are the hot ones: one C call each, nothing allocated for an ASCII name. */
export function linkCalls(library: Library, system: LinkSystem): LinkCalls {
  const { cwd, renameWithFlags, EXCHANGE, NO_REPLACE } = system;
  const { lastError } = library;
  const renameat = library.func("renameat", "int", ["int", "str", "int", "str"]);
  const linkat = library.func("linkat", "int", ["int", "str", "int", "str", "int"]);
  const unlinkat = library.func("unlinkat", "int", ["int", "str", "int"]);

  const renameFlags = (
    dirA: number,
    a: BytePath,
    dirB: number,
    b: BytePath,
    flags: number,
  ): Result =>
    renameWithFlags(dirA, cPath(a), dirB, cPath(b), flags) === 0 ? undefined : lastError();

  return {
    cwd,
    exchange: (a, b) => renameFlags(cwd, a, cwd, b, EXCHANGE),
    exchangeAt: (dirA, a, dirB, b) => renameFlags(dirA, a, dirB, b, EXCHANGE),
    renameNoReplace: (from, to) => renameFlags(cwd, from, cwd, to, NO_REPLACE),
    renameNoReplaceAt: (fromDir, from, toDir, to) =>
      renameFlags(fromDir, from, toDir, to, NO_REPLACE),
    renameAt: (fromDir, from, toDir, to) =>
      renameat(fromDir, cPath(from), toDir, cPath(to)) === 0 ? undefined : lastError(),
    linkAt: (fromDir, from, toDir, to) =>
      linkat(fromDir, cPath(from), toDir, cPath(to), 0) === 0 ? undefined : lastError(),
    unlinkAt: (dir, name) => (unlinkat(dir, cPath(name), 0) === 0 ? undefined : lastError()),
  };
}
