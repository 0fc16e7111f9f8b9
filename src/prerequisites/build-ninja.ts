import type { BytePath } from "../core/byte-path.ts";
import type { BuildRules } from "./makefile.ts";

interface Edge {
  readonly outputs: readonly BytePath[];
  readonly inputs: readonly BytePath[];
  readonly isPhony: boolean;
}

const WORD = /(?:\$[^]|[^\s|:$])+|\|\|?|\|@|:/g;

/**
 * Parses the build statements of a `build.ninja`: each output's explicit and implicit inputs. Order-only
 * inputs and validations are ignored, as they never make an output stale. Variables defined at the top level
 * are expanded; those defined in a build statement are not, and `subninja` files are not read.
 *
 * The inputs of a statement are parsed when one of its outputs is looked up.
 */
export function parseBuildNinja(text: string): BuildRules {
  const variables = new Map<string, string>();
  const edges = new Map<BytePath, string>();
  for (const line of text.replace(/\$\r?\n[ \t]*/g, "").split(/\r?\n/)) {
    if (line.startsWith("build ")) {
      for (const output of parseStatement(line, variables).outputs) edges.set(output, line);
    } else {
      const assignment = /^([\w.-]+) *= *(.*)$/.exec(line);
      if (assignment !== null) variables.set(assignment[1], unescape(assignment[2], variables));
    }
  }
  const edgeOf = (output: BytePath): Edge | undefined => {
    const line = edges.get(output);
    return line === undefined ? undefined : parseStatement(line, variables);
  };
  const expandPhony = (inputs: readonly BytePath[], seen: Set<BytePath>): BytePath[] =>
    inputs.flatMap((input) => {
      const edge = edgeOf(input);
      if (!edge?.isPhony) return [input];
      if (seen.has(input)) return [];
      return expandPhony(edge.inputs, seen.add(input));
    });
  let dependents: Map<BytePath, BytePath[]> | undefined;
  return {
    inputsOf(output) {
      const edge = edgeOf(output);
      if (edge === undefined || edge.isPhony) return undefined;
      return { prerequisites: expandPhony(edge.inputs, new Set()), complete: true };
    },
    dependentsOf(input) {
      dependents ??= invert(new Set(edges.values()), variables);
      return dependents.get(input) ?? [];
    },
  };
}

function invert(
  lines: Iterable<string>,
  variables: ReadonlyMap<string, string>,
): Map<BytePath, BytePath[]> {
  const dependents = new Map<BytePath, BytePath[]>();
  for (const line of lines) {
    const { inputs, outputs } = parseStatement(line, variables);
    for (const input of inputs) {
      const list = dependents.get(input);
      if (list === undefined) dependents.set(input, [...outputs]);
      else list.push(...outputs);
    }
  }
  return dependents;
}

function parseStatement(line: string, variables: ReadonlyMap<string, string>): Edge {
  const outputs: BytePath[] = [];
  const inputs: BytePath[] = [];
  let isPhony = false;
  let place: "outputs" | "rule" | "inputs" | "rest" = "outputs";
  for (const [word] of line.slice("build ".length).matchAll(WORD)) {
    if (word === "|") continue;
    if (word === "||" || word === "|@") {
      place = "rest";
    } else if (place === "outputs") {
      if (word === ":") place = "rule";
      else outputs.push(unescape(word, variables));
    } else if (place === "rule") {
      isPhony = word === "phony";
      place = "inputs";
    } else if (place === "inputs") {
      inputs.push(unescape(word, variables));
    }
  }
  return { outputs, inputs, isPhony };
}

function unescape(text: string, variables: ReadonlyMap<string, string>): string {
  if (!text.includes("$")) return text;
  return text.replace(
    /\$(?:\{([\w.-]+)\}|([\w-]+)|([^]))/g,
    (_, braced?: string, bare?: string, char?: string) =>
      char ?? variables.get(braced ?? bare ?? "") ?? "",
  );
}
