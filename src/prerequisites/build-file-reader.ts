import type { BytePath } from "../core/byte-path.ts";
import { describeErrno } from "../core/errno-messages.ts";
import { type Result, isErrno, tryErrno } from "../core/result.ts";
import type { Sliced } from "../core/slices.ts";
import { BudgetExceeded, WorkBudget, WorkReserve } from "../core/work-budget.ts";
import { type Stat, disk } from "../fs/disk.ts";
import { readRegularFile } from "../fs/read-regular-file.ts";
import { type IsTrusted, trustedOwners } from "./trusted-owners.ts";

/**
 * Called with a build file that cannot be read completely, and the reason.
 *
 * @param isForeign It is ignored, as its owner may not change the tree.
 */
export type ReportFault = (path: BytePath, fault: string, isForeign?: boolean) => void;

/** Reads and parses the build files of one run, and bounds the work that they cause. */
export class BuildFileReader {
  readonly #reportFault: ReportFault;
  readonly #reserve = new WorkReserve();
  readonly #unreadable = new Set<BytePath>();
  readonly #isTrusted: IsTrusted;

  /** @param roots Absolute. */
  constructor(roots: ReadonlySet<BytePath>, reportFault: ReportFault) {
    this.#reportFault = reportFault;
    this.#isTrusted = trustedOwners(roots);
  }

  /** Whether a file exists whose contents are not known. */
  isUnreadable(path: BytePath): boolean {
    return this.#unreadable.has(path);
  }

  /**
   * Parses a text file of up to `limit` bytes.
   *
   * @returns undefined if it does not exist or, which is reported, is unreadable.
   */
  parseText<T>(
    path: BytePath,
    limit: number,
    parse: (text: string, budget: WorkBudget) => T,
  ): T | undefined {
    const bytes = this.#read(path, limit, true);
    if (bytes === undefined) return undefined;
    const budget = new WorkBudget(bytes.length, this.#reserve);
    return this.lookUp(path, () => parse(bytes.toString("latin1"), budget));
  }

  /** Reads a text file that another one includes. If it is unreadable, so is the other one: it may hold any rule. */
  readIncluded(path: BytePath, limit: number, from: BytePath): Buffer | undefined {
    const bytes = this.#read(path, limit, true);
    if (this.#unreadable.has(path)) this.#unreadable.add(from);
    return bytes;
  }

  /** Parses a file of up to `limit` bytes, as `parseText` does, but in slices. */
  *parseInSlices<T>(
    path: BytePath,
    limit: number,
    parse: (bytes: Buffer, budget: WorkBudget) => Sliced<T>,
    { isText }: { readonly isText: boolean },
  ): Sliced<T | undefined> {
    const bytes = this.#read(path, limit, isText);
    if (bytes === undefined) return undefined;
    try {
      return yield* parse(bytes, new WorkBudget(bytes.length, this.#reserve));
    } catch (error) {
      return this.#refuseIfExceeded(path, error);
    }
  }

  /** Looks something up in a file that was parsed. From the lookup on that uses its budget up, the file is unreadable. */
  lookUp<T>(path: BytePath, lookUp: () => T): T | undefined {
    if (this.#unreadable.has(path)) return undefined;
    try {
      return lookUp();
    } catch (error) {
      return this.#refuseIfExceeded(path, error);
    }
  }

  /** Reports a fault in a part of a file; the rest of it is used. */
  reportFault(path: BytePath, fault: string): void {
    this.#reportFault(path, fault);
  }

  #read(path: BytePath, limit: number, isText: boolean): Buffer | undefined {
    if (this.#unreadable.has(path)) return undefined;
    const bytes = this.#readTrusted(path, limit);
    if (!isErrno(bytes)) {
      // Build tools write none, but an unclean shutdown may leave some.
      return isText && bytes?.includes(0) ? this.#refuse(path, "it contains a NUL byte") : bytes;
    }
    if (bytes.code === "ENOENT") return undefined;
    const isLarge = bytes.code === "EFBIG";
    return this.#refuse(
      path,
      isLarge ? `it is larger than ${limit / 1024 / 1024} MiB` : describeErrno(bytes.code),
    );
  }

  /** Reads a file, also through a symbolic link, unless another user has put it there. */
  #readTrusted(path: BytePath, limit: number): Result<Buffer | undefined> {
    const accepts = (stat: Stat): boolean => {
      const isTrusted = this.#isTrusted(path, stat);
      if (!isTrusted) this.#reportFault(path, "it belongs to another user", true);
      return isTrusted;
    };
    const bytes = readRegularFile(path, limit, accepts);
    if (!isErrno(bytes) || bytes.code !== "ELOOP") return bytes;
    const target = tryErrno(() => accepts(disk.lstat(path)) && disk.realPath(path));
    if (isErrno(target)) return target;
    return target === false ? undefined : readRegularFile(target, limit, accepts);
  }

  #refuseIfExceeded(path: BytePath, error: unknown): undefined {
    if (error instanceof BudgetExceeded) return this.#refuse(path, error.message);
    throw error;
  }

  #refuse(path: BytePath, fault: string): undefined {
    this.#unreadable.add(path);
    this.#reportFault(path, fault);
  }
}
