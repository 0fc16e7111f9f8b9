import { nameOf } from "../core/byte-path.ts";
import type { WorkBudget } from "../core/work-budget.ts";
import { hasExternalVariable, substituteExternals } from "../prerequisites/make-variables.ts";
import { PathPattern } from "../prerequisites/path-pattern.ts";
import type { InPlaceWrite } from "./recipe.ts";
import { WILD } from "./shell-words.ts";

/** A pattern of files that a recipe writes in place. */
interface PatternWrite {
  /** As written. */
  readonly path: string;
  readonly pattern: PathPattern;
  /** Whether it is about the last component of a path. */
  readonly anywhere: boolean;
  readonly tree: boolean;
  readonly command: string;
}

/** Whether a target or written path of a Makefile counts for a lookup. */
export type Counts = (path: string, tree?: boolean) => boolean;

/** Files, directories and patterns of files that the recipes of a Makefile write in place. */
export class InPlaceWrites {
  readonly #budget: WorkBudget;
  /** The command by path. */
  readonly #files = new Map<string, string>();
  readonly #dirs = new Map<string, string>();
  readonly #patterns = new Map<string, PatternWrite>();

  constructor(budget: WorkBudget) {
    this.#budget = budget;
  }

  /** Whether any of them may be outside of the directory in which make runs. */
  get leadOutside(): boolean {
    return (
      [...this.#files.keys(), ...this.#dirs.keys()].some(isOutside) ||
      [...this.#patterns.values()].some(({ path }) => isOutside(path))
    );
  }

  /**
   * The command that writes a file in place; undefined if none is known to do so.
   *
   * @param counts Whether a path, or everything below it, counts. Default: all count.
   */
  commandFor(output: string, counts?: Counts): string | undefined {
    const isPlain = counts?.(output) !== false;
    const exact = isPlain ? this.#files.get(output) : undefined;
    if (exact !== undefined) return exact;
    if (isPlain && this.#dirs.size > 0) {
      for (let end = output.length; end > 0; end = output.lastIndexOf("/", end - 1)) {
        const command = this.#dirs.get(output.slice(0, end));
        if (command !== undefined) return command;
      }
    }
    for (const write of this.#patterns.values())
      if (counts?.(write.path, write.tree) !== false && matches(write, output))
        return write.command;
    return undefined;
  }

  add({ path, tree, command }: InPlaceWrite): void {
    if (!/[%\u0002\u0004]/.test(path)) {
      const map = tree ? this.#dirs : this.#files;
      if (!map.has(path)) map.set(path, command);
      return;
    }
    // A path that consists only of variables would match everything.
    if (!/\w/.test(substituteExternals(path))) return;
    const key = `${tree ? "tree" : "file"} ${path}`;
    if (this.#patterns.has(key)) return;
    const parts = path
      .split(/(%|\u0002[\w.-]+\u0003|\u0004)/)
      .filter((part) => part !== "")
      .map((part, i) => {
        if (part === "%") return { stem: true as const };
        const isVariable = part === WILD || hasExternalVariable(part);
        return isVariable ? { variable: `${i}` } : { text: part };
      });
    // A pattern without a slash applies in any directory.
    const anywhere = path.includes("%") && !path.includes("/");
    const pattern = new PathPattern(parts, this.#budget);
    this.#patterns.set(key, { path, pattern, anywhere, tree, command });
  }
}

/** Whether a path may be outside of the directory in which make runs. */
export function isOutside(path: string): boolean {
  return /^(?:\/|\.\.\/|\u0002)/.test(path);
}

function matches({ pattern, anywhere, tree }: PatternWrite, output: string): boolean {
  for (let end = output.length; end > 0; end = tree ? output.lastIndexOf("/", end - 1) : 0) {
    const path = output.slice(0, end);
    if (pattern.match(anywhere ? nameOf(path) : path) !== undefined) return true;
  }
  return false;
}
