/** What the JSON Schemas of all documents consist of. */
import type { Unmatched } from "../core/report.ts";

export const text = { type: "string" } as const;
export const number = { type: "number", minimum: 0 } as const;
export const base64 = {
  type: "string",
  contentEncoding: "base64",
  description: "the bytes of a path that is not valid UTF-8",
};
export const maybeBase64 = array({ anyOf: [base64, { type: "null" }] });

/** The field `unmatched` of a command that has these options. */
export function unmatchedOf(options: readonly Unmatched["option"][]): object {
  return {
    ...array(
      object({ option: { enum: options }, value: text, valueBase64: base64 }, ["valueBase64"]),
    ),
    description:
      "options that nothing matches: globs, kinds, variants, and paths of a list that do not exist or are no artifacts",
  };
}

export function object(
  properties: Record<string, object>,
  optional: readonly string[] = [],
): object {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", additionalProperties: false, required, properties };
}

export function array(items: object): object {
  return { type: "array", items };
}

/** Links that were written through since the last run. */
export const writtenThrough = array(
  object(
    {
      path: text,
      pathBase64: base64,
      detail: text,
      repaired: {
        type: "boolean",
        description: "the path has a private file again",
      },
      outdated: {
        type: "boolean",
        description:
          "the file is dated 1970, so that the next build makes it again; false for what may be a source",
      },
      rebuild: {
        ...object({ tool: text, command: text }),
        description:
          "a tool that does not look at the time of such a file, and what makes it again",
      },
    },
    ["pathBase64", "rebuild"],
  ),
);

/** The field `unmatched` of the commands that change files. */
export const unmatched = unmatchedOf([
  "include",
  "exclude",
  "kind",
  "variant",
  "variant-pattern",
  "files-from",
]);
