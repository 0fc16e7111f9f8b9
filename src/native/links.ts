import { errno } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { CFunction, Library } from "./load.ts";
import type { LinkCalls } from "./types.ts";

/** What differs between systems. */
export interface LinkSystem {
  /** AT_FDCWD. */
  readonly cwd: number;
  /** renameat2 or renameatx_np: (directory, name, directory, name, flags). */
  readonly renameWithFlags: CFunction;
  /** RENAME_EXCHANGE or RENAME_SWAP. */
  readonly EXCHANGE: number;
  /** AT_REMOVEDIR. */
  readonly REMOVEDIR: number;
}

/** The calls that change names. They run for every replacement: one C call each, no allocation for an ASCII name. */
export function linkCalls(library: Library, system: LinkSystem): LinkCalls {
  const { cwd, renameWithFlags, EXCHANGE, REMOVEDIR } = system;
  const { lastError } = library;
  const renameat = library.func("renameat", "int", ["int", "str", "int", "str"]);
  const linkat = library.func("linkat", "int", ["int", "str", "int", "str", "int"]);
  const unlinkat = library.func("unlinkat", "int", ["int", "str", "int"]);
  /** Whether a seccomp filter rejects the call; undefined until the call fails with EPERM. */
  let isFiltered: boolean | undefined;

  /**
   * The filters of some containers answer EPERM to calls that they do not know. The file system, in contrast, answers
   * ENOENT to empty names before it checks anything else.
   */
  function checkFilter(): boolean {
    return renameWithFlags(cwd, "", cwd, "", EXCHANGE) !== 0 && lastError().code === "EPERM";
  }

  return {
    cwd,
    exchangeAt(dirA, a, dirB, b) {
      if (isFiltered === true) return errno("ENOSYS");
      if (renameWithFlags(dirA, cPath(a), dirB, cPath(b), EXCHANGE) === 0) return undefined;
      const why = lastError();
      if (why.code !== "EPERM") return why;
      isFiltered ??= checkFilter();
      return isFiltered ? errno("ENOSYS") : why;
    },
    renameAt: (fromDir, from, toDir, to) =>
      renameat(fromDir, cPath(from), toDir, cPath(to)) === 0 ? undefined : lastError(),
    linkAt: (fromDir, from, toDir, to) =>
      linkat(fromDir, cPath(from), toDir, cPath(to), 0) === 0 ? undefined : lastError(),
    unlinkAt: (dir, name) => (unlinkat(dir, cPath(name), 0) === 0 ? undefined : lastError()),
    removeDirAt: (dir, name) =>
      unlinkat(dir, cPath(name), REMOVEDIR) === 0 ? undefined : lastError(),
  };
}
