import { constants } from "node:os";

/**
 * Three kinds of trouble are kept apart: the user's mistake stops the run (`DedupeError`), trouble with
 * one file is a value in the report (`Problem`) and never stops it, anything else is a bug and keeps
 * its stack.
 */

export type MistakeCode =
  | "bad-option"
  | "bad-glob"
  | "bad-size"
  | "bad-kind"
  | "bad-list"
  | "few-variants"
  | "missing-path"
  | "no-path"
  | "unfinished-build";

/** A mistake in what was asked for. `message` is one line that names the option or the path. */
export class DedupeError extends Error {
  override readonly name = "DedupeError";
  readonly code: MistakeCode;
  /** What to do instead, one line. */
  readonly hint: string | undefined;

  constructor(code: MistakeCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** The errno name of a failed system call ("ENOENT"); anything that is none is a bug and is thrown on. */
export function errnoOf(error: unknown): string {
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && (syscall !== undefined || /^E[A-Z0-9]+$/.test(code))) {
    return /^E[A-Z0-9]+$/.test(code) ? code : nameOfErrno(-(errno ?? 0));
  }
  throw error;
}

/** Node has no name for some: ESTALE is "Unknown system error -116" to it. */
function nameOfErrno(number: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === number);
  return found?.[0] ?? `E${number}`;
}
