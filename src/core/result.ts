import { constants } from "node:os";

/** Why a system call failed. Get one from `errno`: there is a single instance per code, so a failure allocates nothing. */
class Errno {
  /** The name in the kernel's headers ("ENOENT"), or "E" and the number where Node has no name for it. */
  readonly code: string;
  /** Keeps TypeScript from taking any object with a `code` for an `Errno`. */
  declare protected readonly nominal: true;

  constructor(code: string) {
    this.code = code;
  }
}

export type { Errno };

/**
 * What a call answers that may fail with an errno; `undefined` where a call without a value succeeds.
 *
 * An `Errno` does not survive `postMessage`: what leaves a thread or enters a report carries its `code`.
 */
export type Result<T = void> = T | Errno;

const BY_CODE = new Map<string, Errno>();
/** Where two names share a number (EAGAIN and EWOULDBLOCK; on Linux also ENOTSUP and EOPNOTSUPP), the first in the alphabet wins. */
const BY_NUMBER = new Map<number, Errno>();
for (const [code, number] of Object.entries(constants.errno).toSorted(([a], [b]) =>
  a < b ? -1 : 1,
)) {
  if (!BY_NUMBER.has(number)) BY_NUMBER.set(number, errno(code));
}

/** The errno with this code. */
export function errno(code: string): Errno {
  let found = BY_CODE.get(code);
  if (found === undefined) BY_CODE.set(code, (found = new Errno(code)));
  return found;
}

/** The errno with this number (positive, as in C). */
export function errnoByNumber(number: number): Errno {
  return BY_NUMBER.get(number) ?? errno(`E${number}`);
}

export function isErrno(value: unknown): value is Errno {
  return value instanceof Errno;
}

/** The errno of the error that a failed call of `node:fs` threw. Any other error is a bug and is thrown again. */
export function errnoOf(error: unknown): Errno {
  const { code, errno: number, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === "string") {
    if (/^E[A-Z0-9]+$/.test(code)) return errno(code);
    // Node has no name for some numbers: ESTALE is "Unknown system error -116" to it.
    if (syscall !== undefined) return errnoByNumber(-(number ?? 0));
  }
  throw error;
}

/** Calls a function that throws where a system call fails, and answers its value or the errno. */
export function tryErrno<T>(call: () => T): Result<T> {
  try {
    return call();
  } catch (error) {
    return errnoOf(error);
  }
}
