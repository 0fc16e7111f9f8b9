import { constants } from "node:os";

/** The name of a system error, as the kernel's headers spell it: "ENOENT", "EXDEV". */
export type Errno = `E${string}`;

/** What a call without a value answers: "" where it succeeded, else why not. */
export type Done = "" | Errno;

/** Where two names share a number (EAGAIN and EWOULDBLOCK, on Linux also ENOTSUP and EOPNOTSUPP), the first by alphabet stands. */
const NAMES = new Map<number, Errno>();
for (const [name, number] of Object.entries(constants.errno).toSorted(([a], [b]) =>
  a < b ? -1 : 1,
)) {
  if (!NAMES.has(number)) NAMES.set(number, name as Errno);
}

/** The name of an errno; "E117" for one that Node has no name for. */
export function errnoName(number: number): Errno {
  return NAMES.get(number) ?? `E${number}`;
}

/** Whether an answer is an error and not a value. */
export function isErrno(answer: unknown): answer is Errno {
  return typeof answer === "string" && answer.startsWith("E");
}
