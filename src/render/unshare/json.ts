import { toText } from "../../core/byte-path.ts";
import type { UnshareReport } from "../../core/unshare-report.ts";
import { elements, list, one } from "../dedupe/json.ts";

/** What `unshare` did as one JSON document, in pieces; sorted, see `renderJson`. */
export function* renderUnshareJson(report: UnshareReport): Generator<string> {
  const { schema, command, dryRun, interrupted, totals, methods, warnings } = report;
  const head = {
    schema,
    command,
    dryRun,
    interrupted,
    ...list("roots", report.roots),
    totals,
    methods,
    warnings,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"files":[`;
  yield* elements(report.files, ({ path, outcome, by, restored, detail }) => ({
    ...one("path", path),
    outcome,
    ...(by === undefined ? {} : { by }),
    restored,
    ...(detail === undefined ? {} : { detail: toText(detail) }),
  }));
  yield '],"problems":[';
  yield* elements(report.problems, ({ path, code, message }) => ({
    ...one("path", path),
    code,
    message,
  }));
  yield "]}\n";
}
