import {
  expandVariables,
  hasExternalVariable,
  stemIn,
  substituteDefaults,
  substituteExternals,
  substituteStem,
} from "./make-variables.ts";
import { type InPlaceWrite, MAY_WRITE_IN_PLACE, writesOf } from "./recipe.ts";
import { WILD } from "./shell-words.ts";

/** A rule with a recipe. Everything but the recipe is expanded. */
export interface RuleWithRecipe {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** The target pattern of a static pattern rule; undefined for other rules. */
  readonly staticPattern: string | undefined;
  readonly recipe: readonly string[];
}

/** An index of the files that the recipes of a Makefile write in place. */
export class RecipeIndex {
  readonly #exact = new Map<string, string>();
  readonly #dirs = new Map<string, string>();
  readonly #patterns = new Map<string, { regexp: RegExp; command: string }>();

  /** @param defaults Values of external variables that apply unless the command line sets them. */
  constructor(
    rules: readonly RuleWithRecipe[],
    variables: ReadonlyMap<string, string>,
    defaults: ReadonlyMap<string, string>,
  ) {
    const known = new Map(variables);
    for (const { targets, prerequisites, staticPattern, recipe } of rules) {
      if (recipe.length === 0) continue;
      for (const [i, target] of targets.entries()) {
        const stem = staticPattern === undefined ? undefined : stemIn(target, staticPattern);
        const inputs = stem === undefined ? prerequisites : substituteStem(prerequisites, stem);
        setAutomatic(known, target, inputs, stem ?? (target.includes("%") ? "%" : ""));
        const lines = recipe.map((line) => expandVariables(line, known));
        if (i === 0 && !lines.some((line) => MAY_WRITE_IN_PLACE.test(line))) break;
        for (const write of writesOf(lines)) this.#add(write);
        const withDefaults = lines.map((line) => substituteDefaults(line, defaults));
        if (withDefaults.some((line, n) => line !== lines[n]))
          for (const write of writesOf(withDefaults)) this.#add(write);
      }
    }
  }

  /** The command that writes a file in place; undefined if no recipe is known to do so. */
  commandFor(output: string): string | undefined {
    const exact = this.#exact.get(output);
    if (exact !== undefined) return exact;
    if (this.#dirs.size > 0) {
      for (let end = output.length; end > 0; end = output.lastIndexOf("/", end - 1)) {
        const command = this.#dirs.get(output.slice(0, end));
        if (command !== undefined) return command;
      }
    }
    for (const { regexp, command } of this.#patterns.values())
      if (regexp.test(output)) return command;
    return undefined;
  }

  #add({ path, tree, command }: InPlaceWrite): void {
    if (!/[%\u0002\u0004]/.test(path)) {
      const map = tree ? this.#dirs : this.#exact;
      if (!map.has(path)) map.set(path, command);
      return;
    }
    // A path that consists only of variables would match everything.
    if (!/\w/.test(substituteExternals(path))) return;
    const source = path
      .split(/(%|\u0002[\w.-]+\u0003|\u0004)/)
      .map((part) => {
        if (part === "%") return ".+";
        if (part === WILD || hasExternalVariable(part)) return "[^/]*";
        return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      })
      .join("");
    // A pattern without a slash applies in any directory.
    const anywhere = path.includes("%") && !path.includes("/") ? "(?:.*/)?" : "";
    const whole = `^${anywhere}${source}${tree ? "(?:/.*)?" : ""}$`;
    if (!this.#patterns.has(whole))
      this.#patterns.set(whole, { regexp: new RegExp(whole, "s"), command });
  }
}

/** Sets make's automatic variables: `$@`, `$<`, `$^` and their like. */
function setAutomatic(
  variables: Map<string, string>,
  target: string,
  inputs: readonly string[],
  stem: string,
): void {
  const slash = target.lastIndexOf("/");
  variables.set("@", target);
  variables.set("@D", slash < 0 ? "." : target.slice(0, slash) || "/");
  variables.set("@F", target.slice(slash + 1));
  variables.set("*", stem);
  variables.set("<", inputs[0] ?? "");
  variables.set("<F", (inputs[0] ?? "").replace(/^.*\//, ""));
  for (const name of ["^", "+", "?"]) variables.set(name, inputs.join(" "));
}
