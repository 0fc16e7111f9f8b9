import { expandVariables, isSetElsewhere } from "./make-variables.ts";
import { type InPlaceWrite, MAY_WRITE_IN_PLACE, writesOf } from "./recipe.ts";
import { WILD } from "./shell-words.ts";

/** A rule that has a recipe; all but the recipe expanded. */
export interface RuleWithRecipe {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** The pattern of a static pattern rule. */
  readonly stemOf: (target: string) => string | undefined;
  readonly recipe: readonly string[];
}

/** Tells which files the recipes of a Makefile write into. Looked through when the first one is asked for. */
export class RecipeIndex {
  readonly #exact = new Map<string, string>();
  readonly #dirs = new Map<string, string>();
  readonly #patterns = new Map<string, { regexp: RegExp; command: string }>();

  /** @param defaults Values of variables that hold unless the command line sets them. */
  constructor(
    rules: readonly RuleWithRecipe[],
    variables: ReadonlyMap<string, string>,
    defaults: ReadonlyMap<string, string>,
  ) {
    const known = new Map(variables);
    for (const { targets, prerequisites, stemOf, recipe } of rules) {
      for (const [i, target] of targets.entries()) {
        const stem = stemOf(target);
        const inputs = prerequisites.map((each) =>
          stem === undefined ? each : each.replace("%", () => stem),
        );
        setAutomatic(known, target, inputs, stem ?? (target.includes("%") ? "%" : ""));
        const lines = recipe.map((line) => expandVariables(line, known));
        if (i === 0 && !lines.some((line) => MAY_WRITE_IN_PLACE.test(line))) break;
        for (const write of writesOf(lines)) this.#add(write);
        const usual = lines.map((line) => withDefaults(line, defaults));
        if (usual.some((line, n) => line !== lines[n]))
          for (const write of writesOf(usual)) this.#add(write);
      }
    }
  }

  /** The command that writes into this file; undefined where none is seen. */
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
    // Made of nothing but variables it may be anything.
    if (!/\w/.test(path.replaceAll(/\u0002[\w.-]+\u0003/g, ""))) return;
    const source = path
      .split(/(%|\u0002[\w.-]+\u0003|\u0004)/)
      .map((part) => {
        if (part === "%") return ".+";
        if (part === WILD || isSetElsewhere(part)) return "[^/]*";
        return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      })
      .join("");
    // A pattern without a slash is for names in any directory.
    const anywhere = path.includes("%") && !path.includes("/") ? "(?:.*/)?" : "";
    const whole = `^${anywhere}${source}${tree ? "(?:/.*)?" : ""}$`;
    if (!this.#patterns.has(whole))
      this.#patterns.set(whole, { regexp: new RegExp(whole, "s"), command });
  }
}

/** Make's variables that every rule sets. */
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

function withDefaults(line: string, defaults: ReadonlyMap<string, string>): string {
  return line.replaceAll(
    /\u0002([\w.-]+)\u0003/g,
    (all, name: string) => defaults.get(name) ?? all,
  );
}
