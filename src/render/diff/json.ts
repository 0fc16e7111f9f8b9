import { toText } from "../../core/byte-path.ts";
import type { DiffReport, DifferentPair, DifferenceGroup } from "../../core/diff-report.ts";
import { closeWithProblems, elements, openComparison, pathField, safeJson } from "../json-parts.ts";

/** The report of `dedupe diff` as one JSON document, in pieces. */
export function* renderJson(report: DiffReport): Generator<string> {
  yield `${openComparison(report)},"groups":[`;
  let separator = "\n";
  for (const group of report.groups) {
    yield separator;
    yield* renderGroup(group);
    separator = ",\n";
  }
  for (const name of ["onlyA", "onlyB"] as const) {
    yield `],"${name}":[`;
    yield* elements(report[name], (path) => pathField("path", path));
  }
  yield* closeWithProblems(report.problems);
}

function* renderGroup({ pairs, remedy, format, ...group }: DifferenceGroup): Generator<string> {
  const head = {
    ...group,
    ...(format === undefined ? {} : { format }),
    ...(remedy === undefined ? {} : { remedy }),
    count: pairs.length,
  };
  yield `${safeJson(head).slice(0, -1)},"pairs":[`;
  yield* elements(pairs, pairToJson);
  yield "]}";
}

function pairToJson(pair: DifferentPair): object {
  const { path, other, sizes, modes, targets, firstDifference, parts } = pair;
  return {
    ...pathField("path", path),
    ...(other === undefined ? {} : pathField("other", other)),
    ...(sizes === undefined ? {} : { sizes }),
    ...(modes === undefined ? {} : { modes: modes.map((mode) => mode.toString(8)) }),
    ...targetFields(targets),
    ...(firstDifference === undefined ? {} : { firstDifference }),
    parts: parts.map(({ label, ...part }) => ({ label: toText(label), ...part })),
  };
}

function targetFields(targets: DifferentPair["targets"] = [undefined, undefined]): object {
  const [a, b] = targets;
  return {
    ...(a === undefined ? {} : pathField("targetA", a)),
    ...(b === undefined ? {} : pathField("targetB", b)),
  };
}
