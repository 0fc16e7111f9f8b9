import { toText } from "../../core/byte-path.ts";
import type { Report, SetReport, StoreReport, Verification } from "../../core/report.ts";
import {
  closeWithProblems,
  elements,
  pathField,
  pathsField,
  safeJson,
  unmatchedToJson,
  writtenThroughToJson,
} from "../json-parts.ts";

/**
 * The report as one JSON document, in pieces, so that a million paths never become one string. Two runs over the same
 * tree yield the same document, except for `seconds`.
 */
export function* renderJson(report: Report): Generator<string> {
  const { schema, command, action, dryRun, interrupted, totals, leftOut } = report;
  const { methods, variants, pairs, kinds } = report;
  const { several, bytes, units } = report.uniform;
  const uniform = { several, bytes, ...pathsField("units", units) };
  const head = {
    schema,
    command,
    action,
    dryRun,
    interrupted,
    ...pathsField("roots", report.roots),
    totals,
    leftOut,
    ...(report.store === undefined ? {} : { store: storeToJson(report.store) }),
    unmatched: report.unmatched.map(unmatchedToJson),
    methods,
    kinds,
    variants,
    pairs,
    uniform,
  };
  yield `${safeJson(head).slice(0, -1)},"sets":[`;
  yield* elements(report.sets, setToJson);
  yield '],"conflicts":[';
  yield* elements(report.conflicts, ({ unit, variant, paths }) => ({
    ...pathField("unit", unit),
    variant,
    ...pathsField("paths", paths),
  }));
  yield '],"aliases":[';
  yield* elements(report.aliases, ({ path, of, via }) => ({
    ...pathField("path", path),
    ...pathField("of", of),
    via,
  }));
  yield '],"skipped":[';
  yield* elements(report.skipped, ({ path, reason, detail }) => ({
    ...pathField("path", path),
    reason,
    detail: toText(detail),
  }));
  yield '],"writtenThrough":[';
  yield* elements(report.writtenThrough, writtenThroughToJson);
  yield "]";
  if (report.verification !== undefined)
    yield `,"verification":${safeJson(verificationToJson(report.verification))}`;
  yield ',"warnings":[';
  yield* elements(report.warnings, ({ code, path, message }) => ({
    code,
    ...pathField("path", path),
    message: toText(message),
  }));
  yield* closeWithProblems(report.problems);
}

function storeToJson({ path, evicted, ...totals }: StoreReport): object {
  return { ...pathField("path", path), ...totals, ...pathsField("evicted", evicted) };
}

function verificationToJson({ command, runs, quiet, reverted, rebuilt }: Verification): object {
  return {
    command,
    runs,
    ...(quiet === undefined ? {} : { quiet }),
    ...pathsField("reverted", reverted),
    ...pathsField("rebuilt", rebuilt),
  };
}

function setToJson({ size, hash, kind, kept, names, replaced }: SetReport): object {
  return {
    size,
    ...(hash === undefined ? {} : { hash }),
    kind,
    ...pathField("kept", kept),
    ...pathsField("names", names),
    replaced: replaced.map(({ path, outcome, to }) => ({
      ...pathField("path", path),
      outcome,
      ...(to === undefined ? {} : pathField("to", to)),
    })),
  };
}
