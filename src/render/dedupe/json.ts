import { type BytePath, isUtf8, toText } from "../../core/byte-path.ts";
import type { Report, SetReport, Verification } from "../../core/report.ts";

/**
 * The report as one JSON document, in pieces, so that a million names need not be one string. Sorted:
 * two runs over the same tree print the same document, but for `seconds`.
 */
export function* renderJson(report: Report): Generator<string> {
  const { schema, command, action, dryRun, interrupted, totals, methods, variants, pairs, kinds } =
    report;
  const { several, bytes, units } = report.uniform;
  const uniform = { several, bytes, ...list("units", units) };
  const head = {
    schema,
    command,
    action,
    dryRun,
    interrupted,
    ...list("roots", report.roots),
    totals,
    methods,
    kinds,
    variants,
    pairs,
    uniform,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"sets":[`;
  yield* elements(report.sets, setToJson);
  yield '],"conflicts":[';
  yield* elements(report.conflicts, ({ unit, variant, paths }) => ({
    ...one("unit", unit),
    variant,
    ...list("paths", paths),
  }));
  yield '],"aliases":[';
  yield* elements(report.aliases, ({ path, of, via }) => ({
    ...one("path", path),
    ...one("of", of),
    via,
  }));
  yield '],"skipped":[';
  yield* elements(report.skipped, ({ path, reason, detail }) => ({
    ...one("path", path),
    reason,
    detail: toText(detail),
  }));
  yield "]";
  if (report.verification !== undefined)
    yield `,"verification":${JSON.stringify(verificationToJson(report.verification))}`;
  yield ',"warnings":[';
  yield* elements(report.warnings, ({ code, path, message }) => ({
    code,
    ...one("path", path),
    message: toText(message),
  }));
  yield '],"problems":[';
  yield* elements(report.problems, ({ path, code, message }) => ({
    ...one("path", path),
    code,
    message,
  }));
  yield "]}\n";
}

function verificationToJson({ command, runs, quiet, reverted, rebuilt }: Verification): object {
  return {
    command,
    runs,
    ...(quiet === undefined ? {} : { quiet }),
    ...list("reverted", reverted),
    ...list("rebuilt", rebuilt),
  };
}

function setToJson({ size, hash, kind, kept, names, replaced }: SetReport): object {
  return {
    size,
    ...(hash === undefined ? {} : { hash }),
    kind,
    ...one("kept", kept),
    ...list("names", names),
    replaced: replaced.map(({ path, outcome, to }) => ({
      ...one("path", path),
      outcome,
      ...(to === undefined ? {} : one("to", to)),
    })),
  };
}

export function* elements<T>(items: readonly T[], toJson: (item: T) => object): Generator<string> {
  let separator = "\n";
  for (const item of items) {
    yield separator + JSON.stringify(toJson(item));
    separator = ",\n";
  }
}

/** A path; beside one that is no valid UTF-8 its bytes in base64. */
export function one(key: string, path: BytePath): Record<string, string> {
  if (isUtf8(path)) return { [key]: toText(path) };
  return { [key]: toText(path), [`${key}Base64`]: base64(path) };
}

export function list(
  key: string,
  paths: readonly BytePath[],
): Record<string, readonly (string | null)[]> {
  const texts = { [key]: paths.map(toText) };
  if (paths.every(isUtf8)) return texts;
  return { ...texts, [`${key}Base64`]: paths.map((path) => (isUtf8(path) ? null : base64(path))) };
}

function base64(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("base64");
}
