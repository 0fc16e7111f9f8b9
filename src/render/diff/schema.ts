import type { DiffTotals } from "../../core/diff-report.ts";
import { array, base64, maybeBase64, number, object, text, unmatchedOf } from "../schema-parts.ts";

const TOTALS: Record<Exclude<keyof DiffTotals, "classes">, string> = {
  artifactsA: "artifacts in the first tree, symbolic links with their names included",
  artifactsB: "artifacts in the second tree",
  pairs: "pairs of artifacts",
  equal: "pairs with equal contents and modes, or symbolic links with equal targets",
  equalBytes: "bytes of these artifacts in the first tree",
  different: "pairs that differ",
  onlyA: "artifacts of the first tree without a counterpart",
  onlyB: "artifacts of the second tree without a counterpart",
  unknown: "pairs that could not be compared",
  bytesRead: "bytes read to compare contents",
  failed: "files and directories that could not be read, or changed during the comparison",
  seconds: "elapsed time",
};

/** Fields of a pair that may be missing. */
const OPTIONAL = [
  ...["pathBase64", "other", "otherBase64", "sizes", "modes"],
  ...["targetA", "targetABase64", "targetB", "targetBBase64", "firstDifference"],
];
const CLASSES = ["code", "data", "names", "other", "noise"] as const;
const offset = { ...number, description: "offset of the first byte that differs" };

/** The JSON Schema (2020-12) of what `dedupe diff --json` prints. */
export function jsonSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const classes = {
    ...object(Object.fromEntries(CLASSES.map((name) => [name, number]))),
    description: "pairs that differ, by the most serious class of their differences",
  };
  const path = { path: text, pathBase64: base64 };
  const paths = array(object(path, ["pathBase64"]));
  const part = object({ label: text, class: { enum: CLASSES }, bytes: number });
  const pair = object(
    {
      ...path,
      other: { ...text, description: "the path in the second tree, if it is another one" },
      otherBase64: base64,
      sizes: array(number),
      modes: array(text),
      targetA: { ...text, description: "the target, if this side is a symbolic link" },
      targetABase64: base64,
      targetB: text,
      targetBBase64: base64,
      firstDifference: offset,
      parts: array(part),
    },
    OPTIONAL,
  );
  const group = object(
    {
      kind: text,
      format: text,
      verdict: text,
      class: { enum: CLASSES },
      remedy: { ...text, description: "what makes the builds equal" },
      count: number,
      pairs: array(pair),
    },
    ["format", "remedy"],
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe diff report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "diff" },
        interrupted: { type: "boolean" },
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object({ ...totals, classes }),
        unmatched: unmatchedOf(["include", "exclude", "kind", "map"]),
        groups: array(group),
        onlyA: paths,
        onlyB: paths,
        problems: array(object({ ...path, code: text, message: text }, ["pathBase64"])),
      },
      ["rootsBase64"],
    ),
  };
}
