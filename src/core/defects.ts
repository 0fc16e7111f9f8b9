import type { Problem } from "./report.ts";

/** A bug as a problem of the report: `where` takes the place of the path. */
export function describeDefect(where: string, error: unknown): Problem {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const at = /^ +at (.*)$/m.exec(stack)?.[1];
  const what = `${name}: ${message}${at === undefined ? "" : `, at ${at}`}`;
  return {
    path: where,
    code: "DEFECT",
    message: `a bug in dedupe, please report it: ${what.replaceAll(/\s+/g, " ")}`,
  };
}

/**
 * Turns bugs into problems once files were changed, so that the report of the changes is not lost. In a run that
 * changes nothing, a bug ends the run with its stack.
 */
export class DefectLog {
  readonly problems: Problem[] = [];
  readonly #changesDisk: boolean;

  constructor(changesDisk: boolean) {
    this.#changesDisk = changesDisk;
  }

  /** The result of a part of the run; `fallback` if the part fails. */
  async contain<T>(where: string, part: () => T | Promise<T>, fallback: T): Promise<T> {
    try {
      return await part();
    } catch (error) {
      if (!this.#changesDisk) throw error;
      this.problems.push(describeDefect(where, error));
      return fallback;
    }
  }
}
