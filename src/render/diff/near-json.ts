import type { NearGroup, NearReport, NearTotals } from "../../core/near-report.ts";
import { closeWithProblems, elements, openComparison, pathField, safeJson } from "../json-parts.ts";
import { array, base64, maybeBase64, number, object, text, unmatchedOf } from "../schema-parts.ts";

/** The report of `dedupe diff --near` as one JSON document, in pieces. */
export function* renderNearJson(report: NearReport): Generator<string> {
  yield `${openComparison(report)},"groups":[`;
  let separator = "\n";
  for (const group of report.groups) {
    yield separator;
    yield* renderGroup(group);
    separator = ",\n";
  }
  yield* closeWithProblems(report.problems);
}

function* renderGroup({ pairs, remedy, ...group }: NearGroup): Generator<string> {
  const head = {
    ...group,
    ...(remedy === undefined ? {} : { remedy }),
    count: pairs.length,
  };
  yield `${safeJson(head).slice(0, -1)},"pairs":[`;
  yield* elements(pairs, ({ path, of, size }) => ({
    ...pathField("path", path),
    ...pathField("of", of),
    size,
  }));
  yield "]}";
}

const TOTALS: Record<keyof NearTotals, string> = {
  files: "files that may be artifacts",
  units: "units that exist in two or more variants",
  near: "artifacts that differ from another variant of their unit only in noise",
  nearBytes: "their bytes, which could be linked if the build were reproducible",
  bytesRead: "bytes read to compare contents",
  failed: "files and directories that could not be read, or changed during the comparison",
  seconds: "elapsed time",
};

/** The JSON Schema (2020-12) of what `dedupe diff --near --json` prints. */
export function nearJsonSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const pair = object(
    { path: text, pathBase64: base64, of: text, ofBase64: base64, size: number },
    ["pathBase64", "ofBase64"],
  );
  const group = {
    kind: text,
    format: text,
    verdict: text,
    remedy: { ...text, description: "what makes the builds equal" },
    bytes: number,
    count: number,
    pairs: array(pair),
  };
  const problem = object({ path: text, pathBase64: base64, code: text, message: text }, [
    "pathBase64",
  ]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe diff --near report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "diff --near" },
        interrupted: { type: "boolean" },
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object(totals),
        unmatched: unmatchedOf(["include", "exclude", "kind"]),
        groups: array(object(group, ["remedy"])),
        problems: array(problem),
      },
      ["rootsBase64"],
    ),
  };
}
