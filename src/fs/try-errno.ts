import { errnoOf } from "../core/errors.ts";

/** The value of a call of the seam, or its errno; anything that is no failed system call is thrown on. */
export function tryErrno<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    return errnoOf(error);
  }
}
