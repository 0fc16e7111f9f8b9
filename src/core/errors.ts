/**
 * Errors are of three kinds: a mistake of the user stops the run (`DedupeError`); a problem with one file is a
 * value in the report (`Problem`) and never stops it; anything else is a bug and keeps its stack, or becomes a problem once files were changed (`DefectLog`).
 */

export type MistakeCode =
  | "bad-option"
  | "bad-glob"
  | "bad-size"
  | "bad-kind"
  | "bad-list"
  | "few-variants"
  | "missing-path"
  | "no-match"
  | "no-path"
  | "unfinished-build";

/** A mistake in the options. `message` is one line that names the option or the path. */
export class DedupeError extends Error {
  override readonly name = "DedupeError";
  readonly code: MistakeCode;
  /** What to do instead, in one line. */
  readonly hint: string | undefined;

  constructor(code: MistakeCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}
