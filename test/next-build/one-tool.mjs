/** Projects in which make runs a single tool for each output. */
import { builtByMake } from "./makefile.mjs";

/**
 * Translates two sources in each of two variants: one source is shared, the other one has a version for each variant.
 *
 * @param project.source The text of a source, by the name of the unit and the value that it contains.
 * @param project.recipe The commands that make `$@` from `$<`, separated by newlines.
 */
export function translated({ name, tools, from, to, source, recipe, ...rest }) {
  return {
    ...builtByMake(["debug", "release"]),
    name,
    tools: ["make", ...tools],
    wrapped: tools,
    files: {
      [`shared${from}`]: source("Shared", "@SHARED@", "@NOTE@"),
      [`debug/Tuned${from}`]: source("Tuned", "@OWN@", "0"),
      [`release/Tuned${from}`]: source("Tuned", "7", "0"),
      Makefile: `B := build/$V
all: $B/Shared${to} $B/Tuned${to}
$B/Shared${to}: shared${from}
	@mkdir -p $B
${indent(recipe)}
$B/Tuned${to}: $V/Tuned${from}
	@mkdir -p $B
${indent(recipe)}
`,
    },
    stop: 2,
    careless: true,
    inPlace: true,
    ...rest,
  };
}

function indent(recipe) {
  return recipe
    .split("\n")
    .map((line) => `\t${line}`)
    .join("\n");
}
