import { toText } from "../../core/byte-path.ts";
import type { UnshareReport } from "../../core/unshare-report.ts";
import {
  closeWithProblems,
  elements,
  pathField,
  pathsField,
  safeJson,
  unmatchedToJson,
  writtenThroughToJson,
} from "../json-parts.ts";

/** The report of `dedupe unshare` as one JSON document, in pieces, sorted like that of `dedupe`. */
export function* renderJson(report: UnshareReport): Generator<string> {
  const { schema, command, dryRun, interrupted, totals, methods, warnings } = report;
  const head = {
    schema,
    command,
    dryRun,
    interrupted,
    ...pathsField("roots", report.roots),
    totals,
    unmatched: report.unmatched.map(unmatchedToJson),
    methods,
    warnings,
  };
  yield `${safeJson(head).slice(0, -1)},"files":[`;
  yield* elements(report.files, ({ path, outcome, by, restored, detail }) => ({
    ...pathField("path", path),
    outcome,
    ...(by === undefined ? {} : { by }),
    restored,
    ...(detail === undefined ? {} : { detail: toText(detail) }),
  }));
  yield '],"writtenThrough":[';
  yield* elements(report.writtenThrough, writtenThroughToJson);
  yield* closeWithProblems(report.problems);
}
