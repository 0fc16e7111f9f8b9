import { toText } from "../../core/byte-path.ts";
import type { SuspicionReport } from "../../core/suspicion-report.ts";
import { elements, pathField, pathsField, safeJson, unmatchedToJson } from "../json-parts.ts";

/** The report of `dedupe diff --suspicious` as one JSON document, in pieces. */
export function* renderJson(report: SuspicionReport): Generator<string> {
  const { schema, command, interrupted, totals } = report;
  const head = {
    schema,
    command,
    interrupted,
    ...pathsField("roots", report.roots),
    totals,
    unmatched: report.unmatched.map(unmatchedToJson),
  };
  yield `${safeJson(head).slice(0, -1)},"suspicions":[`;
  yield* elements(report.suspicions, ({ object, modules, commands }) => ({
    ...pathField("object", object),
    ...pathsField("modules", modules),
    commands: commands.map(({ line, words }) => ({ line, words: words.map(toText) })),
  }));
  yield '],"problems":[';
  yield* elements(report.problems, ({ path, code, message }) => ({
    ...pathField("path", path),
    code,
    message,
  }));
  yield "]}\n";
}
