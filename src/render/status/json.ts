import { toText } from "../../core/byte-path.ts";
import type { StatusReport } from "../../core/status-report.ts";
import {
  closeWithProblems,
  elements,
  pathField,
  pathsField,
  safeJson,
  writtenThroughToJson,
} from "../json-parts.ts";

/** The report of `dedupe status` as one JSON document, in pieces. */
export function* renderJson(report: StatusReport): Generator<string> {
  const { schema, command, interrupted, totals, noNative, forgotten } = report;
  const head = {
    schema,
    command,
    interrupted,
    ...pathsField("roots", report.roots),
    totals,
    native: noNative === undefined,
    ...(forgotten === undefined ? {} : { forgotten }),
  };
  yield `${safeJson(head).slice(0, -1)},"linked":[`;
  yield* elements(report.linked, ({ by, size, links, paths }) => ({
    by,
    size,
    links,
    ...pathsField("paths", paths),
  }));
  yield '],"writtenThrough":[';
  yield* elements(report.writtenThrough, writtenThroughToJson);
  yield '],"leftAlone":[';
  yield* elements(report.leftAlone, ({ reason, count, examples }) => ({
    reason,
    count,
    examples: examples.map(({ path, detail }) => ({
      ...pathField("path", path),
      detail: toText(detail),
    })),
  }));
  yield '],"marked":[';
  yield* elements(report.marked, ({ path, reason }) => ({ ...pathField("path", path), reason }));
  yield '],"states":[';
  yield* elements(report.states, ({ file, root, paths, size, savedAt }) => ({
    ...pathField("file", file),
    ...pathField("root", root),
    paths,
    size,
    savedAt: toIso(savedAt),
  }));
  yield '],"fileSystems":[';
  yield* elements(report.fileSystems, ({ path, type, clones, exchange }) => ({
    ...pathField("path", path),
    ...(type === undefined ? {} : { type }),
    clones,
    ...(exchange === undefined ? {} : { exchange }),
  }));
  yield '],"warnings":[';
  yield* elements(report.warnings, ({ code, path, message }) => ({
    code,
    ...pathField("path", path),
    message: toText(message),
  }));
  yield* closeWithProblems(report.problems);
}

/** A state that somebody has made up may have any time. */
function toIso(milliseconds: number): string {
  const limit = 8_640_000_000_000_000;
  return new Date(Math.max(-limit, Math.min(limit, milliseconds))).toISOString();
}
